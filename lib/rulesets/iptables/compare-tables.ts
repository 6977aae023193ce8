/** Whether two captures of one table are the same, and whether one can stand in for the other. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { capturesDisagree } from "../captures-disagree.js";
import type { CapturedTable } from "./capture.js";

/** Whether they are of iptables-nft and of iptables-legacy: two tables, and packets meet both. */
export function differentVariants(a: CapturedTable, b: CapturedTable): boolean {
  return a.variant !== b.variant && a.variant !== "unknown" && b.variant !== "unknown";
}

/** The same rules, in whatever order their chains stand. */
export function sameRules(a: CapturedTable, b: CapturedTable): boolean {
  const rules = (table: CapturedTable) => [...table.chains.values()].flatMap((chain) => chain.texts).sort();
  const x = rules(a);
  const y = rules(b);
  return x.length === y.length && x.every((text, i) => text === y[i]);
}

/** Whether `a` tells all that `b` tells: a listing leaves things out, and so does a capture that breaks off. */
export function isAsGood(a: CapturedTable, b: CapturedTable): boolean {
  const isListing = (table: CapturedTable) => table.form === "listing";
  return (!isListing(a) || isListing(b)) && (a.complete || !b.complete);
}

/** What is said where they are not the same. */
export function tablesDisagree(table: CapturedTable, earlier: CapturedTable): Diagnostic {
  const [at, before] = [table, earlier].map(({ file, startLine: line }) => ({ file, line }));
  return capturesDisagree(`table ${table.name}`, at!, before!);
}
