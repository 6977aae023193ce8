/** Changes that several tables, or both variants of iptables, hold alike. */
import type { Change } from "./types.js";

export function onceEach(changes: readonly Change[]): Change[] {
  return [...new Map(changes.map((change) => [[change.message, ...change.actual].join("\n"), change])).values()];
}
