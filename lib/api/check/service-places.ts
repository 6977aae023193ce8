/** Where Services are written, for findings about them. */
import type { Cluster } from "../../cluster/types.js";
import type { Service } from "../../kube/types.js";
import { locate } from "../../readers/locate.js";
import type { FindingPlace } from "../../report/types.js";
import { positionOf } from "../../source/position.js";

const indexes = new WeakMap<Cluster, ReadonlyMap<string, Service>>();

function indexOf(cluster: Cluster): ReadonlyMap<string, Service> {
  let index = indexes.get(cluster);
  if (!index) {
    index = new Map(cluster.services.map((s) => [`${s.metadata.namespace ?? "default"}/${s.metadata.name}`, s]));
    indexes.set(cluster, index);
  }
  return index;
}

/** By name ("ns/name"), for those that were written. Files are gone through once, from front to back. */
export function servicePlaces(cluster: Cluster, names: Iterable<string>): ReadonlyMap<string, FindingPlace> {
  const index = indexOf(cluster);
  const found = [...new Set(names)].flatMap((name) => {
    const origin = index.get(name)?.origin;
    return origin ? [{ name, origin }] : [];
  });
  found.sort((a, b) => {
    if (a.origin.source.name !== b.origin.source.name) return a.origin.source.name < b.origin.source.name ? -1 : 1;
    return a.origin.start - b.origin.start;
  });
  return new Map(
    found.map(({ name, origin }): [string, FindingPlace] => {
      const span = locate({ origin, path: ["metadata", "name"] });
      const { line, column } = positionOf(span.source, span.start);
      const end = positionOf(span.source, span.end);
      return [name, { file: span.source.name, line, column, endLine: end.line, endColumn: end.column }];
    }),
  );
}
