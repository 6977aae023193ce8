/** Which captures of two times belong together: files of one node, or the nodes of whole bundles and dumps. */
import { splitBundles } from "../bundle/split-bundles.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { listWords } from "../diff/view-words.js";
import { readObjects } from "../pipeline/load.js";
import type { Wishes } from "../pipeline/situation.js";
import type { DiffResult } from "../results/diff-result.js";
import type { Source } from "../source/source.js";
import { diffCaptures } from "./diff-captures.js";
import { captureFiles, groupCaptures, holdsObjects } from "./captures/group-captures.js";
import { missedNodes } from "./captures/missed-nodes.js";

/** What was given for one time; `named`: files that were named one by one. */
export interface GivenCaptures {
  readonly sources: readonly Source[];
  readonly named: readonly string[];
}

export interface CapturePair {
  /** Undefined where there is one node that nothing names. */
  readonly node: string | undefined;
  readonly before: readonly Source[];
  readonly after: readonly Source[];
}

/** Pairs by the names of nodes; where each time has one node and no two names are told, they are one. `node`: the one asked for. */
export function pairCaptures(
  before: GivenCaptures,
  after: GivenCaptures,
  node?: string,
): { readonly pairs: readonly CapturePair[]; readonly diagnostics: readonly Diagnostic[] } {
  const isAsked = (name: string) => node === undefined || name === node;
  const { groups: first, diagnostics } = sideOf(before, "before", isAsked);
  const { groups: second, diagnostics: ofSecond } = sideOf(after, "after", isAsked);
  diagnostics.push(...ofSecond);
  const only = onlyPair(first, second, node);
  if (only) return { pairs: [only], diagnostics };
  const names = [...new Set([...first.keys(), ...second.keys()])].filter(isAsked).sort();
  const paired = names.filter((name) => first.has(name) && second.has(name));
  const lone = names.filter((name) => !paired.includes(name));
  if (lone.length > 0 || paired.length === 0) diagnostics.push(notPaired(lone, node));
  const pairs = paired.map((name) => ({
    node: name === UNNAMED ? undefined : name,
    before: first.get(name)!,
    after: second.get(name)!,
  }));
  return { pairs, diagnostics };
}

/** The pair where each time has one node at the most and no two names are given, `asked` included. */
function onlyPair(first: Groups, second: Groups, asked: string | undefined): CapturePair | undefined {
  if (first.size > 1 || second.size > 1) return undefined;
  const given = [asked ?? UNNAMED, ...first.keys(), ...second.keys()];
  const names = new Set(given.filter((name) => name !== UNNAMED));
  if (names.size > 1) return undefined;
  const only = (groups: Groups) => [...groups.values()][0] ?? [];
  return { node: [...names][0], before: only(first), after: only(second) };
}

/** What changed on each node; nothing where a diagnostic is an error. */
export async function diffPairs(
  before: GivenCaptures,
  after: GivenCaptures,
  wishes: Pick<Wishes, "mode" | "ipFamily" | "node">,
): Promise<{ readonly results: readonly DiffResult[]; readonly diagnostics: readonly Diagnostic[] }> {
  const { pairs, diagnostics } = pairCaptures(before, after, wishes.node);
  const results: DiffResult[] = [];
  if (!diagnostics.some(({ severity }) => severity === "error"))
    for (const { node, ...of } of pairs)
      results.push(await diffCaptures(of.before, of.after, { ...wishes, ...(node !== undefined && { node }) }));
  return { results, diagnostics };
}

/** The captures of each node by its name. */
type Groups = ReadonlyMap<string, readonly Source[]>;

/** In the place of a node's name. */
const UNNAMED = "";

function sideOf(
  { sources, named }: GivenCaptures,
  time: "before" | "after",
  isAsked: (node: string) => boolean,
): { readonly groups: Groups; readonly diagnostics: Diagnostic[] } {
  const split = splitBundles(sources);
  const objects = split.objects.filter(holdsObjects);
  const { nodes } = readObjects(objects, { rulesOnly: true }).cluster;
  const nodeNames = nodes.map(({ metadata }) => metadata.name);
  const own = captureFiles(split.others, named, nodeNames);
  const groups = new Map<string, readonly Source[]>(split.nodes.map((bundled) => [bundled.node, bundled.sources]));
  const others = nodeNames.length > 0 ? groupCaptures(own, nodeNames) : [{ node: undefined, sources: own }];
  for (const { node = UNNAMED, sources: files } of others)
    if (files.length > 0) groups.set(node, [...(groups.get(node) ?? []), ...files]);
  const diagnostics = missedNodes(split, own, (missed) => isAsked(missed.node)).map((found) =>
    found.code === "node-not-captured" ? { ...found, message: `${time}: ${found.message}` } : found,
  );
  return { groups, diagnostics };
}

function notPaired(lone: readonly string[], node: string | undefined): Diagnostic {
  const names = lone.map((name) => (name === UNNAMED ? "a node that nothing names" : `"${name}"`));
  return {
    code: "captures-of-several-nodes",
    severity: "error",
    message:
      lone.length > 0
        ? `captured only before, or only after: ${listWords(names)}`
        : `no capture is named after node "${node ?? ""}"`,
    notes: ["captures of several nodes are paired by the names of nodes: of files, of folders, or in a bundle"],
  };
}
