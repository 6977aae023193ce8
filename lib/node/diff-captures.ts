/** What changed on a node between two captures of it. */
import { asTurn } from "../diff/capture-words.js";
import { withFamilyTold } from "../diff/change-family.js";
import { familyOfIP, type IPFamily } from "../net/ip.js";
import type { Wishes } from "../pipeline/situation.js";
import { headOfCapture } from "../rulesets/capture-text/head-of-capture.js";
import type { CapturedTable } from "../rulesets/iptables/capture.js";
import type { NftCapture } from "../rulesets/nftables/capture.js";
import type { Source } from "../source/source.js";
import { compareReadings } from "./compare-family.js";
import { countUnreadable } from "./captures/count-unreadable.js";
import type { DiffResult } from "../results/diff-result.js";
import type { FamilyResult } from "./diff-result.js";
import { familiesOfReport, joinFamilies, makeReport, withDoubts } from "./make-report.js";
import { splitMixed } from "./captures/split-mixed.js";
import { iptablesTables, nftListings, nftListingsBeside } from "./second-rule-set.js";
import { familiesOf, readNftCaptures, readNode, tellMode, type NodeReading } from "./read-node.js";

/** What changed on a node between two captures, without manifests. */
export async function diffCaptures(
  before: readonly Source[],
  after: readonly Source[],
  wishes: Pick<Wishes, "mode" | "ipFamily" | "node"> = {},
): Promise<DiffResult> {
  const told = wishes.mode ?? (await tellMode([...before, ...after])).mode;
  const mode = told === "ipvs" || told === "nftables" ? told : "iptables";
  const given = [splitMixed(before), splitMixed(after)] as const;
  const readings = [await readNode(mode, given[0]), await readNode(mode, given[1])] as const;
  const asked = wishes.ipFamily && (wishes.ipFamily === "ipv6" ? ("IPv6" as const) : ("IPv4" as const));
  const held = new Set(readings.flatMap(familiesHeld));
  const found = (["IPv4", "IPv6"] as const).filter((family) => held.has(family));
  const families = asked ? [asked] : found.length > 0 ? found : (["IPv4"] as const);
  const head = { mode, node: wishes.node ?? "", kubeVersion: "", ...familiesOfReport(families) } as const;
  const results: FamilyResult[] = [];
  const [besideBefore, beside] = await Promise.all(readings.map((reading, i) => iptablesOf(reading, given[i]!)));
  const [listingsBefore, listings] = await Promise.all(readings.map((reading, i) => nftOf(reading, given[i]!)));
  const context = { head, wanted: [], beside, besideBefore, listings, listingsBefore };
  for (const family of families) results.push(await compareReadings(readings[0], readings[1], { ...context, family }));
  const together = joinFamilies(results, families);
  const joined = { ...together, diagnostics: countUnreadable(together.diagnostics) };
  if (!joined.report) return joined;
  const isPartial = results.some(({ report }) => !report);
  const services = await countServices(readings[1], families);
  const changes = joined.report.changes.map((change) => withFamilyTold(asTurn(change)));
  return {
    ...joined,
    report: {
      ...withDoubts(makeReport(head, { ...joined.report, changes, services }), joined.diagnostics),
      ...(isPartial && { identical: false }),
      between: "captures",
    },
  };
}

/** Tables of iptables beside a listing of nft. */
async function iptablesOf(reading: NodeReading, sources: readonly Source[]): Promise<readonly CapturedTable[]> {
  return reading.mode === "nftables" ? iptablesTables(reading.captures, sources) : [];
}

/** Listings of nft beside those of iptables and IPVS; one without base chains tells that there were none. */
async function nftOf(reading: NodeReading, sources: readonly Source[]): Promise<readonly NftCapture[]> {
  if (reading.mode === "iptables") return nftListingsBeside(reading.captures, sources, true);
  if (reading.mode !== "ipvs") return [];
  const found = await nftListings(sources);
  if (found.length > 0) return found;
  const { tellNftForm } = await import("../rulesets/nftables/capture.js");
  return readNftCaptures(sources.filter((source) => tellNftForm(headOfCapture(source)) !== undefined));
}

/** Of IPVS those of the virtual servers. */
function familiesHeld(reading: NodeReading): readonly IPFamily[] {
  if (reading.mode !== "ipvs") return familiesOf(reading);
  return (reading.capture.virtualServers ?? []).flatMap(({ address }) => familyOfIP(address) ?? []);
}

/** How many Services the node has rules for. */
async function countServices(reading: NodeReading, families: readonly IPFamily[]): Promise<number> {
  const names = new Set<string>();
  for (const family of families) for (const name of await servicesOf(reading, family)) names.add(name);
  return names.size;
}

async function servicesOf(reading: NodeReading, family: IPFamily): Promise<Iterable<string>> {
  switch (reading.mode) {
    case "iptables": {
      const { selectTables } = await import("../diff/iptables/select-tables.js");
      const { servicesHeld } = await import("../diff/iptables/index.js");
      return servicesHeld(selectTables(reading.captures, family).tables);
    }
    case "nftables": {
      const { selectTable, servicesHeld } = await import("../diff/nftables/index.js");
      return servicesHeld(selectTable(reading.captures, family === "IPv4" ? "ip" : "ip6").table);
    }
    case "ipvs": {
      const { servicesHeld } = await import("../diff/ipvs/index.js");
      return servicesHeld(reading.capture, family);
    }
  }
}
