/** Two objects of one kind, namespace and name: which of them counts. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { KubeObject } from "../kube/types.js";
import { isSameContent } from "./trim/same-content.js";

const OUTSIDE_CONTENT: ReadonlySet<string> = new Set(["origin", "resourceVersion", "creationTimestamp"]);

/**
 * The object that stays, the later one given second.
 * Same uid: the larger resourceVersion, else the later one. Different uids: the newer one, with a warning. Only one
 * from a cluster: that one. Neither: the later one, with a warning when they differ.
 */
export function mergeObjects(earlier: KubeObject, later: KubeObject, report: (d: Diagnostic) => void): KubeObject {
  const [a, b] = [earlier.metadata.uid, later.metadata.uid];
  if (a && b) return a === b ? newerOfOne(earlier, later) : newerOfTwo(earlier, later, report);
  if (a || b) return a ? earlier : later;
  if (!isSameContent(earlier, later, OUTSIDE_CONTENT))
    report({
      code: "duplicate-object",
      severity: "warning",
      message: `${nameOf(later)} is defined more than once, differently`,
      at: later.origin && { origin: later.origin, path: ["metadata", "name"] },
      notes: [`the last definition, by file name and place in the file, is used${elsewhere(earlier)}`],
    });
  return later;
}

function newerOfOne(earlier: KubeObject, later: KubeObject): KubeObject {
  const [a, b] = [earlier.metadata.resourceVersion, later.metadata.resourceVersion];
  if (!a || !b || !isNumber(a) || !isNumber(b)) return later;
  return compareNumbers(a, b) > 0 ? earlier : later;
}

function newerOfTwo(earlier: KubeObject, later: KubeObject, report: (d: Diagnostic) => void): KubeObject {
  const [a, b] = [earlier.metadata.creationTimestamp ?? "", later.metadata.creationTimestamp ?? ""];
  const kept = a > b ? earlier : later;
  report({
    code: "duplicate-object",
    severity: "warning",
    message: `${nameOf(later)} was captured twice with different uids: it was deleted and created again`,
    at: later.origin && { origin: later.origin, path: ["metadata", "name"] },
    notes: [`the one created last is used${elsewhere(kept === later ? earlier : later)}`],
  });
  return kept;
}

function elsewhere(other: KubeObject): string {
  return other.origin ? `; the other one is in ${other.origin.source.name}` : "";
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}

function compareNumbers(a: string, b: string): number {
  const [x, y] = [a, b].map((text) => text.replace(/^0+/, "")) as [string, string];
  if (x.length !== y.length) return x.length - y.length;
  return x < y ? -1 : x > y ? 1 : 0;
}
