/** The manifest of a bundle that is made of another one: without what its commands said, which may hold anything. */
import type { BundledNode } from "./split-bundles.js";

export interface ManifestFacts {
  readonly createdBy: string;
  /** Of which objects were taken; none: all. */
  readonly namespaces: readonly string[];
  /** Names, and when the captures began where that is known. */
  readonly nodes: readonly Pick<BundledNode, "node" | "capturedAt">[];
}

/** The text of bundle.json. */
export function writeManifest({ createdBy, namespaces, nodes }: ManifestFacts): string {
  const manifest = {
    schema: "svcrules.dev/bundle/v1",
    createdBy,
    namespaces,
    nodes: nodes.map(({ node, capturedAt }) => ({
      name: node,
      state: "complete",
      ...(capturedAt && { started: capturedAt }),
    })),
  };
  return JSON.stringify(manifest, null, 2) + "\n";
}
