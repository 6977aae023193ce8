import { captureFiles, groupCaptures, holdsObjects, loadCluster, splitBundles } from "../../lib/index.js";
import type { CapturedFile, InputFile } from "./protocol.js";
import { sourcesOf } from "./sources.js";

export interface SortedFiles {
  /** Files with Kubernetes objects; of a bundle the last dump. */
  readonly objects: readonly InputFile[];
  /** What tools printed on nodes. */
  readonly captures: readonly CapturedFile[];
}

/** Tells manifests, dumps and bundles from captures, and those of one node from another's, as `svcrules diff` does. */
export function sortFiles(files: readonly InputFile[]): SortedFiles {
  const bundles = splitBundles(sourcesOf(files));
  const objects = bundles.objects.filter(holdsObjects);
  const names = loadCluster(objects, { keepValid: true }).cluster.nodes.map(({ metadata }) => metadata.name);
  const others = captureFiles(bundles.others, [], names);
  const nodeOf = new Map<string, string | undefined>();
  for (const { node, sources } of [...(others.length > 0 ? groupCaptures(others, names) : []), ...bundles.nodes])
    for (const { name } of sources) nodeOf.set(name, node);
  const kept = new Set(objects.map(({ name }) => name));
  return {
    objects: files.filter(({ name }) => kept.has(name)),
    captures: files.flatMap((file) => {
      if (!nodeOf.has(file.name)) return [];
      const node = nodeOf.get(file.name);
      return [{ ...file, ...(node !== undefined && { node }) }];
    }),
  };
}
