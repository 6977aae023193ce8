/** Changes that several tables, or both variants of iptables, hold alike. */
import type { Change } from "./types.js";

/** Without those about rules (or policies) that are told of as errors already. */
export function notToldYet(changes: readonly Change[], told: readonly Change[]): readonly Change[] {
  const keyOf = ({ chain = "", actual }: Change) => [chain, ...actual].join("\n");
  const known = new Set(told.filter(({ severity }) => severity === "error").map(keyOf));
  return known.size === 0 ? changes : changes.filter((change) => !known.has(keyOf(change)));
}

export function onceEach(changes: readonly Change[]): Change[] {
  return [...new Map(changes.map((change) => [[change.message, ...change.actual].join("\n"), change])).values()];
}
