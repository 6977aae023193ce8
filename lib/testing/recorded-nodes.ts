/** The recorded nodes whose drift from the manifests is known, for tests. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { load, YAML11_SCHEMA } from "js-yaml";
import type { Cluster } from "../cluster/types.js";
import type { Change } from "../diff/types.js";
import type { KubeProxyConfiguration } from "../kube/types.js";
import { loadCluster } from "../pipeline/load.js";
import type { IPFamily } from "../net/ip.js";
import { settleSituation, type Situation } from "../pipeline/situation.js";
import { sourceFromText, type Source } from "../source/source.js";

const ROOT = fileURLToPath(new URL("../../golden/kube-proxy/nodes/", import.meta.url));

export interface RecordedNode {
  readonly name: string;
  readonly description: string;
  readonly mode: string;
  readonly node: string;
  readonly family: IPFamily;
  readonly kubeVersion: string;
  readonly identical: boolean;
  /** What has to be reported. */
  readonly changes: readonly Partial<Change>[];
  readonly files: readonly string[];
}

/** Every recorded node of a mode, by name. */
export function recordedNodes(mode: string): RecordedNode[] {
  return readdirSync(ROOT)
    .sort()
    .map((name) => {
      const truth = JSON.parse(readFileSync(join(ROOT, name, "truth.json"), "utf8")) as Omit<RecordedNode, "name">;
      const files = truth.files ?? [existsSync(join(ROOT, name, "node.json")) ? "node.json" : "node.txt"];
      return { ...truth, name, files };
    })
    .filter((node) => node.mode === mode);
}

/** The captures of a node. */
export function nodeCaptures({ name, files }: RecordedNode): Source[] {
  return files.map((file) => sourceFromText(file, readFileSync(join(ROOT, name, file), "utf8")));
}

/** The cluster of a node's manifests, and the situation its rules were programmed in. */
export function recordedNodeSituation(recorded: RecordedNode): { cluster: Cluster; situation: Situation } {
  const read = (file: string) => readFileSync(join(ROOT, recorded.name, file), "utf8");
  const { cluster } = loadCluster([sourceFromText("manifests.yaml", read("manifests.yaml"))]);
  const { situation, diagnostics } = settleSituation(cluster, {
    mode: recorded.mode,
    kubeVersion: recorded.kubeVersion,
    node: recorded.node,
    ipFamily: recorded.family === "IPv6" ? "ipv6" : "ipv4",
    proxyConfiguration: load(read("kube-proxy.yaml"), { schema: YAML11_SCHEMA }) as KubeProxyConfiguration,
  });
  if (!situation) throw new Error(diagnostics.map((d) => d.message).join("; "));
  return { cluster, situation };
}
