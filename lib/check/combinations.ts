/** What a case compiles: every node with every mode, release and family. */
import { nearest } from "../util/nearest.js";
import type { CheckCase } from "./types.js";

/** Undefined: the input or svcrules chooses. */
export interface Combination {
  readonly node: string | undefined;
  readonly mode: string | undefined;
  readonly kubeVersion: string | undefined;
  readonly ipFamily: "ipv4" | "ipv6" | undefined;
}

/** In the order the case names them. `nodeNames`: of the input, which "*" stands for. */
export function combinationsOf(checkCase: CheckCase, nodeNames: readonly string[]): Combination[] {
  const { nodes, modes, kubeVersions, ipFamilies } = checkCase;
  const all = [...new Set(nodes.flatMap((node) => (node === "*" ? nodeNames : [node])))];
  const orNone = <T>(list: readonly T[]): readonly (T | undefined)[] => (list.length > 0 ? list : [undefined]);
  return orNone(all).flatMap((node) =>
    orNone(modes).flatMap((mode) =>
      orNone(kubeVersions).flatMap((kubeVersion) =>
        orNone(ipFamilies as readonly ("ipv4" | "ipv6")[]).map((ipFamily) => ({ node, mode, kubeVersion, ipFamily })),
      ),
    ),
  );
}

/** The directory of a combination's files: a level for what the case names, so that a longer list moves no file. */
export function directoryOf({ golden, nodes, modes, kubeVersions }: CheckCase, combination: Combination): string {
  const { node, mode, kubeVersion } = combination;
  const setting = [modes.length > 0 ? mode : undefined, kubeVersions.length > 0 ? kubeVersion : undefined];
  const levels = [nodes.length > 0 ? node : undefined, setting.filter((part) => part !== undefined).join("-")];
  return [golden, ...levels.filter((level) => level !== undefined && level !== "").map((l) => segment(l!))].join("/");
}

/** Names of Nodes come from the input too. */
function segment(text: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(text) ? text : encodeURIComponent(text).replace(/^\./, "%2E");
}

/** The one of the cases that a name means, for --case. */
export function findCases(
  cases: readonly CheckCase[],
  names: readonly string[],
): { readonly cases: readonly CheckCase[] } | { readonly unknown: string; readonly near: string | undefined } {
  const known = cases.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) return { unknown, near: nearest(unknown, known) };
  return { cases: names.length === 0 ? cases : cases.filter(({ name }) => names.includes(name)) };
}
