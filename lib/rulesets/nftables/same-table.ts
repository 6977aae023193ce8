/** Whether two listings of one table, be it text or JSON, say the same. */
import type { CapturedNftTable } from "./capture.js";
import { printElement } from "./print.js";
import { listRule } from "./print-list.js";

/** The same rules in the same order of each chain, and the same elements but those that rules add at run time. */
export function sameNftTable(a: CapturedNftTable, b: CapturedNftTable): boolean {
  const x = linesOf(a);
  const y = linesOf(b);
  return x.length === y.length && x.every((line, i) => line === y[i]);
}

function linesOf({ sets, chains, rulesOfChains }: CapturedNftTable): string[] {
  const ofSets = sets.flatMap(({ name, timeoutSeconds, elements }) => [
    `set ${name}`,
    ...(timeoutSeconds === undefined ? elements.map((element) => `set ${name} ${printElement(element)}`) : []),
  ]);
  const ofChains = chains.map(({ name }, i) =>
    [`chain ${name}`, ...(rulesOfChains.at(i) ?? []).map((rule) => listRule(rule))].join("\n"),
  );
  return [...ofSets, ...ofChains].sort();
}
