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

/** A listing says less than iptables-save, and one that breaks off less than a whole one: the better one is taken. */
export function capturedTwice(chosen: CapturedTable, other: CapturedTable): Diagnostic {
  const disagreement = tablesDisagree(other, chosen);
  if (isAsGood(other, chosen)) return disagreement;
  return {
    ...disagreement,
    severity: "warning",
    message: `table ${other.name} was captured here in a poorer form, with other rules; those at ${chosen.file}:${chosen.startLine} are compared`,
  };
}

export interface TablesOnce {
  readonly tables: readonly CapturedTable[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Those that hold rules of kube-proxy, and are compared. */
const COMPARED: ReadonlySet<string | undefined> = new Set(["filter", "nat"]);

/** Tables that are compared, once: of two captures the one that tells more, and neither where they tell as much and not the same. */
export function tablesOnce(all: readonly CapturedTable[]): TablesOnce {
  const left = new Set(all);
  const diagnostics: Diagnostic[] = [];
  for (const [i, own] of all.entries())
    for (const earlier of all.slice(0, i)) {
      if (!isSameTable(earlier, own) || sameRules(earlier, own)) continue;
      const [better, poorer] = isAsGood(own, earlier) && !isAsGood(earlier, own) ? [own, earlier] : [earlier, own];
      const told = capturedTwice(better, poorer);
      diagnostics.push(told);
      left.delete(poorer);
      if (told.severity === "error") left.delete(better);
    }
  return { tables: all.filter((table) => left.has(table)), diagnostics };
}

function isSameTable(a: CapturedTable, b: CapturedTable): boolean {
  const isFamily = a.family === b.family || a.family === "unknown" || b.family === "unknown";
  return COMPARED.has(a.name) && a.name === b.name && isFamily && !differentVariants(a, b);
}
