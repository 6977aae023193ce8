/** Where each part of the input goes: names of files hold names of nodes and of whoever made them. */
import type { SplitSources } from "../../bundle/split-bundles.js";
import type { CaptureGroup } from "./group-captures.js";
import type { Source } from "../../source/source.js";
import { isEmptyIpvsadm } from "./looks-captured.js";

/** The folder of a bundle that is written. */
export const BUNDLE = "svcrules-bundle/";
/** Names that say what a file holds. */
const TELLING =
  /^(?:ip6?tables(?:-nft|-legacy)?-save\.txt|nft-ruleset\.(?:json|txt)|ipvsadm-save\.txt|ipset-save\.txt|ip-addr\.(?:json|txt))$/;

/** A part of the input and the file that it becomes. */
export interface NamedPart {
  readonly source: Source;
  readonly file: string;
}

/** Files for objects: those of bundles as docs/bundle.md has them, others numbered. */
export function nameObjects({ objects, before, others, roots }: SplitSources, own: readonly Source[]): NamedPart[] {
  const loose = new Set(others);
  const bundled = [...objects, ...before].filter((source) => !loose.has(source));
  return [
    ...bundled.map((source) => ({ source, file: BUNDLE + withoutRoot(source.name, roots) })),
    ...own.map((source, i) => ({ source, file: `objects-${i + 1}.json` })),
  ];
}

function withoutRoot(name: string, roots: readonly string[]): string {
  return name.slice((roots.find((root) => name.startsWith(root)) ?? "").length);
}

/** Files for captures, each in the folder of its node where one is known; `rename`: of the node's name. */
export function nameCaptures(
  { nodes }: SplitSources,
  groups: readonly CaptureGroup[],
  rename: (name: string) => string,
): NamedPart[] {
  const bundled = nodes.flatMap(({ node, sources }) =>
    sources.map((source) => ({ source, file: `${BUNDLE}nodes/${rename(node)}/${baseOf(source.name)}` })),
  );
  const taken = new Set<string>();
  const own = groups.flatMap(({ node, sources }) =>
    sources.map((source) => {
      const folder = node === undefined ? "" : `${rename(node)}/`;
      const base = isEmptyIpvsadm(source) ? "ipvsadm-save.txt" : baseOf(source.name);
      const telling = folder + base;
      const isFree = TELLING.test(base) && !taken.has(telling);
      const file = isFree ? telling : `${folder}capture-${taken.size + 1}${base.endsWith(".json") ? ".json" : ".txt"}`;
      taken.add(file);
      return { source, file };
    }),
  );
  return [...bundled, ...own];
}

function baseOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
