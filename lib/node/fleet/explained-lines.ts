/** Whether two nodes' captures differ by what the rules of both nodes should differ by (iptables mode). */
import { isTail } from "../../diff/iptables/compare-chain.js";
import { isDispatchChain, isEndpointChain, serviceHashOf } from "../../diff/iptables/kube-chains.js";
import type { DifferingLines, TableLine } from "../../rulesets/capture-text/differing-lines.js";
import type { CapturedTable } from "../../rulesets/iptables/capture.js";
import type { TableName } from "../../rulesets/iptables/types.js";

/** A chain of a table, "nat KUBE-SERVICES", with its rules in save spelling. */
export type RulesByChain = ReadonlyMap<string, readonly string[]>;

/** Whether the lines that differ are those of chains of Services whose rules differ, and these are as they should be. */
export function isExplained(
  { gone, come }: DifferingLines,
  before: RulesByChain,
  rules: RulesByChain,
  tables: readonly CapturedTable[],
): boolean {
  const differing = new Set(
    [...new Set([...before.keys(), ...rules.keys()])].filter((key) => !areSame(before.get(key), rules.get(key))),
  );
  const moved = new Map<string, Counts>();
  for (const [lines, by] of [
    [gone, -1],
    [come, 1],
  ] as const)
    for (const line of lines) {
      const key = chainOf(line);
      if (key === undefined || !differing.has(key)) return false;
      if (!line.text.startsWith(":")) add(countsOf(moved, key), line.text.replace("[0:0] ", ""), by);
      else if (isDispatch(key)) return false;
    }
  for (const key of differing) {
    const [table, chain] = key.split(" ") as [TableName, string];
    const held = tables.find(({ name }) => name === table)?.chains.get(chain)?.texts;
    const wanted = rules.get(key);
    if (isDispatch(key)) {
      if (!held || !wanted || !isMovedAs(moved.get(key) ?? new Map(), before.get(key), wanted, held)) return false;
    } else if (!(isEndpointChain(chain) || serviceHashOf(chain) !== undefined) || !areSame(held, wanted)) return false;
  }
  return true;
}

type Counts = Map<string, number>;

function countsOf(counts: Map<string, Counts>, key: string): Counts {
  const found = counts.get(key) ?? new Map<string, number>();
  counts.set(key, found);
  return found;
}

function add(counts: Counts, text: string, by: number): void {
  counts.set(text, (counts.get(text) ?? 0) + by);
}

function isDispatch(key: string): boolean {
  const [table, chain] = key.split(" ") as [TableName, string];
  return isDispatchChain(table, chain);
}

function areSame(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  if (!a || !b) return a === b;
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

/** ":CHAIN - [0:0]" or a rule of a chain. */
const OF_CHAIN = /^(?::(\S+) - \[0:0\]|(?:\[0:0\] )?-A (\S+) .*)$/;

function chainOf({ table, text }: TableLine): string | undefined {
  const [found, declared, chain = declared] = OF_CHAIN.exec(text) ?? [];
  return found === undefined ? undefined : `${table} ${chain}`;
}

/**
 * Whether a chain in which service ports stand in any order differs between two nodes as it should: the same lines are gone
 * and have come, each of these is held as often as it is wanted, and what must be last still is.
 */
function isMovedAs(moved: Counts, before: readonly string[] = [], wanted: readonly string[], held: readonly string[]) {
  const open = new Map<string, number>();
  for (const text of wanted) add(open, text, 1);
  for (const text of before) add(open, text, -1);
  const inHeld = new Map<string, number>();
  for (const text of held) add(inHeld, text, 1);
  const inWanted = new Map<string, number>();
  for (const text of wanted) add(inWanted, text, 1);
  for (const text of new Set([...open.keys(), ...moved.keys()])) {
    const by = open.get(text) ?? 0;
    if (by !== (moved.get(text) ?? 0)) return false;
    if (by !== 0 && inHeld.get(text) !== inWanted.get(text)) return false;
  }
  const tail = held.findIndex(isTail);
  return tail < 0 || held.slice(tail).every(isTail);
}
