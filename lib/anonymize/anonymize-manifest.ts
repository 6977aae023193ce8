/** The manifest of a bundle without what its commands said, which may hold anything. */
import type { Renamer } from "./renamer.js";

/** A node of a bundle, and when its capture began where that is known. */
export interface CapturedNode {
  readonly name: string;
  readonly started: string | undefined;
}

/** The text of the manifest with the names of nodes replaced. */
export function anonymizeBundleManifest(nodes: readonly CapturedNode[], renamer: Renamer): string {
  const manifest = {
    schema: "svcrules.dev/bundle/v1",
    createdBy: "svcrules anonymize",
    nodes: nodes.map(({ name, started }) => ({
      name: renamer.text(name),
      state: "complete",
      ...(started && { started }),
    })),
  };
  return JSON.stringify(manifest, null, 2) + "\n";
}
