/** What the input tells beyond its objects. */
import type { RawObject } from "../readers/sink.js";
import type { SourceFact } from "../readers/source-fact.js";
import type { Source } from "../source/source.js";
import type { Cluster, ClusterFacts } from "./types.js";

export interface FactCollector {
  source(source: Source): void;
  /** An object of a kind that is not kept. */
  passedOver(object: RawObject, group: string): void;
  readonly fact: (fact: SourceFact) => void;
  finish(objects: Omit<Cluster, "facts">): ClusterFacts;
}

export function createFactCollector(): FactCollector {
  const sources = new Set<Source>();
  let clusterInfoDump = false;
  return {
    source: (source) => void sources.add(source),
    passedOver: () => undefined,
    fact: (fact) => {
      if (fact.kind === "cluster-info-dump") clusterInfoDump = true;
    },
    finish: (objects) => ({
      clusterInfoDump,
      fromLiveCluster: isFromLiveCluster(objects),
      sources: [...sources],
    }),
  };
}

/** Servers give every object a uid; manifests have none. */
function isFromLiveCluster({ services, pods, nodes, endpointSlices }: Omit<Cluster, "facts">): boolean {
  return [services, pods, nodes, endpointSlices].some((list) => list.some(({ metadata }) => !!metadata.uid));
}
