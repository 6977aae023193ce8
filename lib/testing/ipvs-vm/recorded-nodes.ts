/** Nodes recorded in IPVS mode, with what they should hold. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileIpvs } from "../../backends/ipvs/index.js";
import { backendInput } from "../../pipeline/compile.js";
import { hostAddresses, type ExpectedIPVS, type IPVSCapture } from "../../diff/ipvs/index.js";
import { readIPVSCapture } from "../../diff/ipvs/read-capture.js";
import { loadCluster, readObjects } from "../../pipeline/load.js";
import { settleSituation } from "../../pipeline/situation.js";
import { sourceFromBytes, type Source } from "../../source/source.js";

const ROOT = fileURLToPath(new URL("../../../golden/kube-proxy/nodes/", import.meta.url));

export interface KnownChange {
  readonly kind: string;
  readonly service?: string;
  readonly endpoint?: string;
}

export interface RecordedNode {
  readonly name: string;
  readonly identical: boolean;
  readonly changes: readonly KnownChange[];
  readonly files: readonly string[];
}

interface Truth extends Omit<RecordedNode, "name"> {
  readonly mode: string;
  readonly node: string;
  readonly kubeVersion: string;
  readonly family: "IPv4" | "IPv6";
}

function readTruth(name: string): Truth {
  return JSON.parse(readFileSync(join(ROOT, name, "truth.json"), "utf8")) as Truth;
}

/** Every node recorded in IPVS mode, by name. */
export function recordedIPVSNodes(): RecordedNode[] {
  return readdirSync(ROOT)
    .sort()
    .flatMap((name) => {
      const { mode, identical, changes, files } = readTruth(name);
      return mode === "ipvs" ? [{ name, identical, changes, files }] : [];
    });
}

function source(name: string, file: string): Source {
  return sourceFromBytes(file, readFileSync(join(ROOT, name, file)));
}

/** The files of a node as one capture. */
export function capturedNode({ name, files }: RecordedNode): IPVSCapture {
  const { capture, diagnostics } = readIPVSCapture(files.map((file) => source(name, file)));
  if (diagnostics.length > 0) throw new Error(`${name}: ${diagnostics.map((d) => d.message).join("; ")}`);
  return capture;
}

/** What the node should hold, by the manifests beside it. */
export function expectedOfNode({ name }: RecordedNode, capture: IPVSCapture = {}): ExpectedIPVS {
  const truth = readTruth(name);
  return expectedState(source(name, "manifests.yaml"), source(name, "kube-proxy.yaml"), truth, capture);
}

/** Compiles manifests for a node in IPVS mode. */
export function expectedState(
  manifests: Source,
  configuration: Source,
  truth: Pick<Truth, "node" | "kubeVersion" | "family">,
  capture: IPVSCapture = {},
): ExpectedIPVS {
  const { cluster } = loadCluster([manifests]);
  const { situation, diagnostics } = settleSituation(cluster, {
    mode: "ipvs",
    kubeVersion: truth.kubeVersion,
    node: truth.node,
    ipFamily: truth.family === "IPv6" ? "ipv6" : "ipv4",
    proxyConfiguration: readObjects([configuration]).cluster.proxyConfigurations[0],
    interfaceAddresses: hostAddresses(capture.interfaces, truth.family === "IPv6" ? "IPv6" : "IPv4"),
  });
  if (!situation) throw new Error(diagnostics.map((d) => d.message).join("; "));
  return { ...compileIpvs(backendInput(cluster, situation)), excludeCIDRs: situation.config.ipvs.excludeCIDRs };
}
