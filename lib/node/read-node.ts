/** What was captured on a node, read as the mode wants it, and what it tells of kube-proxy's settings. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { IPFamily } from "../net/ip.js";
import type { ProxyMode } from "../config/proxy-config.js";
import type { IPVSCapture } from "../diff/ipvs/index.js";
import type { FoundListing } from "../diff/ipvs/read-capture.js";
import type { Captures } from "../rulesets/iptables/read-captures.js";
import type { NftCapture } from "../rulesets/nftables/capture.js";
import { headOfCapture } from "../rulesets/capture-text/head-of-capture.js";
import type { Source } from "../source/source.js";

/** The captures of one node. */
export type NodeReading =
  | { readonly mode: "iptables"; readonly captures: Captures }
  | {
      readonly mode: "ipvs";
      readonly capture: IPVSCapture;
      readonly listings: readonly FoundListing[];
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly mode: "nftables"; readonly captures: readonly NftCapture[] };

/** What the node's own rules tell. */
export interface InferredFacts {
  /** Fields of the KubeProxyConfiguration, each with the sentence that says it. */
  readonly settings: readonly { readonly assignment: string; readonly words: string }[];
  readonly kubeVersion?: { readonly text: string; readonly words: string };
  readonly nfacct?: boolean;
  readonly randomFully?: boolean;
  /** Of the host. */
  readonly interfaceAddresses?: readonly string[];
  readonly serviceCIDRs?: readonly string[];
  /** "ip:port" of endpoints that are on the node. */
  readonly localEndpoints: readonly string[];
}

const MOST_LOOKED_AT = 1024 * 1024;

/** Whether kube-proxy's chains of iptables mode are there and none of its ipvs mode. */
function holdsServiceChains(source: Source): boolean {
  const text = headOfCapture(source, MOST_LOOKED_AT);
  const has = (chain: string) => [":", "-N ", "Chain "].some((start) => text.includes(start + chain));
  return has("KUBE-SVC-") && !has("KUBE-LOAD-BALANCER") && !has("KUBE-IPVS-FILTER");
}

/** The mode whose tools made the captures, for when nobody names one. */
export async function tellMode(sources: readonly Source[]): Promise<ProxyMode> {
  const { tellNftForm } = await import("../rulesets/nftables/capture.js");
  const heads = sources.map((source) => headOfCapture(source));
  if (sources.some(holdsServiceChains)) return "iptables";
  if (heads.some((head) => /^-A -[tuf] |^IP Virtual Server/m.test(head))) return "ipvs";
  return heads.some((head) => tellNftForm(head) !== undefined && head.includes("kube-proxy")) ? "nftables" : "iptables";
}

/** Reads the captures of one node. Modes are loaded when they are needed. */
export async function readNode(mode: ProxyMode, sources: readonly Source[]): Promise<NodeReading> {
  switch (mode) {
    case "iptables": {
      const { readCaptures } = await import("../rulesets/iptables/read-captures.js");
      return { mode, captures: readCaptures(sources) };
    }
    case "ipvs": {
      const { readIPVSCapture } = await import("../diff/ipvs/read-capture.js");
      return { mode, ...readIPVSCapture(sources) };
    }
    case "nftables": {
      const { tellNftForm } = await import("../rulesets/nftables/capture.js");
      const { parseNftJSON } = await import("../rulesets/nftables/parse-json.js");
      const { parseNftList } = await import("../rulesets/nftables/parse-list.js");
      const parse = (source: Source) =>
        (tellNftForm(headOfCapture(source)) === "json" ? parseNftJSON : parseNftList)(source);
      return { mode, captures: sources.map(parse) };
    }
  }
}

/** The families of which kube-proxy's rules were captured, IPv4 first; empty when that cannot be told. */
export function familiesOf(reading: NodeReading): IPFamily[] {
  const found = new Set<IPFamily>();
  if (reading.mode === "iptables")
    for (const { name, family, chains } of reading.captures.tables)
      if (name === "nat" && family !== "unknown" && chains.has("KUBE-SERVICES")) found.add(family);
  if (reading.mode === "nftables")
    for (const { tables } of reading.captures)
      for (const { family } of tables)
        if (family === "ip" || family === "ip6") found.add(family === "ip" ? "IPv4" : "IPv6");
  return (["IPv4", "IPv6"] as const).filter((family) => found.has(family));
}

/** What the rules of a family tell of the settings behind them. */
export async function inferFacts(reading: NodeReading, family: IPFamily): Promise<InferredFacts> {
  switch (reading.mode) {
    case "iptables": {
      const { inferSettings } = await import("../diff/iptables/infer-settings.js");
      const { selectTables } = await import("../diff/iptables/select-tables.js");
      const { nodePortAddresses, ...facts } = inferSettings(selectTables(reading.captures, family).tables);
      return { ...facts, ...(nodePortAddresses.length > 0 && { interfaceAddresses: nodePortAddresses }) };
    }
    case "ipvs": {
      const { hostAddresses, inferIpvsSettings } = await import("../diff/ipvs/index.js");
      const { interfaces, tables = [] } = reading.capture;
      const facts = inferIpvsSettings(tables, family);
      return { ...facts, localEndpoints: [], interfaceAddresses: hostAddresses(interfaces) };
    }
    case "nftables": {
      const { inferNftSettings, selectTable } = await import("../diff/nftables/index.js");
      const { table } = selectTable(reading.captures, family === "IPv4" ? "ip" : "ip6");
      if (!table) return { settings: [], localEndpoints: [] };
      const { nodePortAddresses, ...facts } = inferNftSettings(table);
      // A set without any address tells of no setting: no node port would be served.
      return { ...facts, ...(nodePortAddresses?.length !== 0 && { interfaceAddresses: nodePortAddresses }) };
    }
  }
}
