/** What rules of other programs do to connections, in two captures of a node. */
import type { Change } from "./types.js";

/** What is new, gone, or another than before; `before` and `after`: what is found in each of them alone. */
export function effectTurns(before: readonly Change[], after: readonly Change[]): Change[] {
  const [old, now] = [before, after].map((changes) => new Set(changes.map(textOf)));
  const gone = before.filter((change) => !now!.has(textOf(change)));
  const turns = after
    .filter((change) => !old!.has(textOf(change)))
    .map((change) => {
      const at = gone.findIndex((other) => ruleOf(other) === ruleOf(change));
      return at < 0 ? change : { ...change, expected: gone.splice(at, 1)[0]!.actual };
    });
  return [...turns, ...gone.map(({ at: _, ...change }) => ({ ...change, expected: change.actual, actual: [] }))];
}

/** Each search ends with so many rules or more that do something. */
const FEWEST_OF_FULL = 20;

/** What is said where a search may have ended before the last rule that does something: what the rest of them did is not compared. */
export function unseenEffects(before: readonly Change[], after: readonly Change[]): string[] {
  if (before.length < FEWEST_OF_FULL && after.length < FEWEST_OF_FULL) return [];
  return [
    `${FEWEST_OF_FULL} rules of other programs or more refuse or take connections: what more of them do is not compared`,
  ];
}

/** Whom changes are about, which their messages tell in short. */
const reaches = new WeakMap<Change, () => string>();

/** The change, with all that the rule does it to. */
export function withReach(change: Change, reach: () => string): Change {
  reaches.set(change, reach);
  return change;
}

function textOf(change: Change): string {
  return [change.message, ...change.actual, reaches.get(change)?.() ?? ""].join("\n");
}

/** The rule, and what it does: not to whom. */
function ruleOf({ message, actual }: Change): string {
  return [message.split(/ connections| answers of/)[0], ...actual].join("\n");
}
