/** Every failure of one node and of one zone in turn: which hurts most. */
import type { Cluster } from "../cluster/types.js";
import { ZONE_LABEL } from "../endpoints/node-zones.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { ImpactFailure } from "../results/impact-report.js";
import { compareText } from "./collect-changes.js";
import type { Side } from "./types.js";

/** Ready endpoints of Services by node, counted once; a failure takes away those of its nodes. */
export function worstFailures(side: Side, cluster: Cluster, most: number, only?: ReadonlySet<string>): ImpactFailure[] {
  const zones = new Map<string, Set<string>>();
  const nodes = new Map<string, Set<string>>();
  for (const { metadata } of cluster.nodes) {
    nodes.set(metadata.name, new Set([metadata.name]));
    const zone = metadata.labels?.[ZONE_LABEL];
    if (zone === undefined) continue;
    const members = zones.get(zone) ?? new Set<string>();
    zones.set(zone, members.add(metadata.name));
  }
  const spread = spreadOf(side, only);
  const failures = [
    ...[...zones].map(([name, members]) => failureOf("zone", name, members, spread)),
    ...[...nodes].map(([name, members]) => failureOf("node", name, members, spread)),
  ];
  return failures
    .sort(
      (a, b) =>
        b.lost.length - a.lost.length ||
        b.endpoints - a.endpoints ||
        compareText(b.kind, a.kind) ||
        compareText(a.name, b.name),
    )
    .slice(0, most);
}

/** Of each Service its ready endpoints by node, "" for those that name none. */
type Spread = ReadonlyMap<string, ReadonlyMap<string, number>>;

function spreadOf(side: Side, only?: ReadonlySet<string>): Spread {
  const spread = new Map<string, Map<string, number>>();
  for (const [name, service] of side.services) {
    if (only && !only.has(name)) continue;
    const byNode = new Map<string, number>();
    const seen = new Set<string>();
    for (const slice of side.slicesOf(service))
      for (const { addresses, conditions, nodeName = "" } of sliceEndpoints(slice)) {
        const address = addresses[0];
        if (conditions?.ready === false || address === undefined || seen.has(address)) continue;
        seen.add(address);
        byNode.set(nodeName, (byNode.get(nodeName) ?? 0) + 1);
      }
    if (byNode.size > 0) spread.set(name, byNode);
  }
  return spread;
}

function failureOf(kind: "node" | "zone", name: string, members: ReadonlySet<string>, spread: Spread): ImpactFailure {
  const lost: string[] = [];
  let [endpoints, weakened] = [0, 0];
  for (const [service, byNode] of spread) {
    let [gone, all] = [0, 0];
    for (const [node, count] of byNode) {
      all += count;
      if (members.has(node)) gone += count;
    }
    endpoints += gone;
    if (gone === all) lost.push(service);
    else if (gone > 0) weakened++;
  }
  return { kind, name, lost: lost.sort(compareText), weakened, endpoints };
}
