/** Whether a capture is what `grep KUBE` left of one. */
import { BUILT_IN_CHAINS } from "./capture.js";

type Chains = ReadonlyMap<
  string,
  { readonly size: number; readonly texts: readonly string[]; readonly policy?: string }
>;

/**
 * Whether each rule of a table names KUBE, and something else is missing: a line that the tool prints (`lacksLines`), or all rules of
 * a chain that nothing jumps to. Of a table that refuses nothing by its policies it does not matter.
 */
export function mayBeFiltered(chains: Chains, lacksLines: boolean): boolean {
  if (![...BUILT_IN_CHAINS].some((name) => chains.get(name)?.policy === "DROP")) return false;
  if (![...chains.keys()].some((name) => name.startsWith("KUBE-"))) return false;
  const others = [...chains.keys()].filter((name) => !name.includes("KUBE"));
  if (others.some((name) => chains.get(name)!.texts.some((text) => !text.includes("KUBE")))) return false;
  // No rule of others leads to a chain of theirs.
  return lacksLines || others.some((name) => !BUILT_IN_CHAINS.has(name) && chains.get(name)!.size === 0);
}
