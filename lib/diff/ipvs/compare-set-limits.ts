/** Options of a set by which it holds, or matches, something else than kube-proxy's set would. */
import type { Change, ChangeSeverity } from "../types.js";
import { createSetLine } from "../../rulesets/ipvs/print.js";
import type { IPSet } from "../../rulesets/ipvs/types.js";

/** What limits a set, in words that follow its name, and how bad that is for the entries wanted in it. */
function problemOf(set: IPSet, held: IPSet): { readonly words: string; readonly severity: ChangeSeverity } | undefined {
  const { range, maxelem, timeout, netmask } = held.limits ?? {};
  if (range) {
    const outside = set.entries.filter(({ text }) => Number(text) < range[0] || Number(text) > range[1]).length;
    if (outside > 0)
      return {
        words: `has range ${range.join("-")}, in which ${outside} of its ports cannot stand`,
        severity: "error",
      };
    return { words: `has range ${range.join("-")}, so that other ports cannot be added`, severity: "warning" };
  }
  const wanted = set.entries.length;
  if (maxelem !== undefined && maxelem < wanted)
    return { words: `has maxelem ${maxelem}, and ${wanted} entries should be in it`, severity: "error" };
  if (timeout !== undefined)
    return { words: `has timeout ${timeout}, so that its entries vanish after ${timeout} seconds`, severity: "error" };
  if (netmask !== undefined)
    return { words: `has netmask ${netmask}, so that it matches whole networks`, severity: "error" };
  return undefined;
}

/** The change that tells of it; undefined when the set can hold and match all that is wanted, and nothing else. */
export function limitsChange(set: IPSet, held: IPSet): Change | undefined {
  const problem = problemOf(set, held);
  if (!problem) return undefined;
  return {
    kind: "base-chain-changed",
    severity: problem.severity,
    chain: set.name,
    message: `ip set ${set.name} ${problem.words}; kube-proxy never makes it anew`,
    expected: [createSetLine(set)],
    actual: [createSetLine(held)],
    ...(held.at && { at: held.at }),
  };
}
