/** A recorded case as the stages see it. */
import { load, loadAll, YAML11_SCHEMA } from "js-yaml";
import type { Cluster } from "../cluster/types.js";
import type { KubeObject, KubeProxyConfiguration } from "../kube/types.js";
import { settleSituation, type Situation } from "../pipeline/situation.js";
import { clusterOf } from "./objects.js";
import { readCaseInput, type RecordedCase } from "./recorded-cases.js";

/** The cluster of a case's manifests. */
export function recordedCluster(name: string, root?: string): Cluster {
  return clusterOf(
    (loadAll(readCaseInput(name, "manifests.yaml", root)) as (KubeObject | null)[]).filter((o) => o !== null),
  );
}

/** The situation in which a case was recorded, for a mode and a minor. */
export function recordedSituation(
  recorded: RecordedCase,
  cluster: Cluster,
  mode: string,
  minor: number,
  root?: string,
): Situation {
  const { situation, diagnostics } = settleSituation(cluster, {
    mode,
    kubeVersion: `1.${minor}`,
    node: recorded.node,
    ipFamily: recorded.family === "IPv6" ? "ipv6" : "ipv4",
    proxyConfiguration: recordedProxyConfiguration(recorded.name, root),
    nodeFeatures: recorded.nodeFeatures,
  });
  if (!situation) throw new Error(diagnostics.map((d) => d.message).join("; "));
  return situation;
}

/** kube-proxy's configuration of a case. */
export function recordedProxyConfiguration(name: string, root?: string): KubeProxyConfiguration {
  return load(readCaseInput(name, "kube-proxy.yaml", root), { schema: YAML11_SCHEMA }) as KubeProxyConfiguration;
}
