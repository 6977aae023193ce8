/** Which features explain what a release writes differently from the one before it. */
import type { GateId, GateTable } from "../../config/feature-gates.js";
import { FIRST_RELEASE, type ReleaseFacts } from "../../config/feature-rows.js";
import type { ReleaseTable } from "../../config/features.js";
import type { RecordedArtifact } from "./recorded-texts.js";

/** One thing that a release may change: a feature of its row, or the default of a gate. */
export type ReleaseChange =
  | { readonly kind: "feature"; readonly name: keyof ReleaseFacts; readonly value: boolean }
  | { readonly kind: "gate"; readonly name: GateId; readonly value: boolean };

export interface UnexplainedText {
  readonly text: RecordedArtifact;
  readonly missing: readonly string[];
  readonly surplus: readonly string[];
}

export interface ReleaseExplanation {
  readonly changes: readonly ReleaseChange[];
  /** Texts that differ from the minor before and are equal with the changes. */
  readonly explained: number;
  /** Texts that no known feature makes equal. */
  readonly unexplained: readonly UnexplainedText[];
}

/** What was known before a minor: its row and those after it are taken away. */
export function tableBefore({ rows, gates }: ReleaseTable, minor: number): ReleaseTable {
  const earlier = Object.entries(gates).map(([id, { name, defaults }]) => [
    id,
    { name, defaults: defaults.filter(({ since }) => since < minor) },
  ]);
  return { rows: rows.filter((row) => row.minor < minor), gates: Object.fromEntries(earlier) as GateTable };
}

/** The table with the changes in the row of the minor. */
function tableWith(table: ReleaseTable, minor: number, changes: readonly ReleaseChange[]): ReleaseTable {
  const features = changes.filter(({ kind }) => kind === "feature").map(({ name, value }) => [name, value]);
  const gates = { ...table.gates } as Record<GateId, GateTable[GateId]>;
  for (const { kind, name, value } of changes)
    if (kind === "gate")
      gates[name] = { ...gates[name], defaults: [...gates[name].defaults, { since: minor, on: value }] };
  return { rows: [...table.rows, { minor, changes: Object.fromEntries(features) as Partial<ReleaseFacts> }], gates };
}

/** Everything that may change; a gate also where it keeps its effect, since a configuration may then set it. */
function candidates(): ReleaseChange[] {
  const both = [true, false];
  const names = Object.keys(FIRST_RELEASE.facts) as (keyof ReleaseFacts)[];
  const gates: readonly GateId[] = [
    "nftLocalhostNodePorts",
    "multiCIDRServiceAllocator",
    "loadBalancerIPMode",
    "allowServiceExternalIPs",
    "topologyAwareHints",
    "serviceTrafficDistribution",
    "preferSameTrafficDistribution",
  ];
  return [
    ...names.flatMap((name) => both.map((value): ReleaseChange => ({ kind: "feature", name, value }))),
    ...gates.flatMap((name) => [false, true].map((value): ReleaseChange => ({ kind: "gate", name, value }))),
  ];
}

/** Texts that a change is tried on at a time. */
const TRIED = 12;

/**
 * Adds the change that makes most lines equal, until none helps. `table`: what is known before the minor.
 * Lines count as in a multiset; order within a chain counts only when texts are called equal.
 */
export function explainRelease(
  texts: readonly RecordedArtifact[],
  minor: number,
  table: ReleaseTable,
): ReleaseExplanation {
  const changes: ReleaseChange[] = [];
  const isOpen = (text: RecordedArtifact) => distance(text, tableWith(table, minor, changes)) > 0;
  const differing = texts.filter(isOpen);
  let open = differing;
  while (open.length > 0) {
    const best = bestChange(open.slice(0, TRIED), minor, table, changes) ?? bestChange(open, minor, table, changes);
    if (!best) break;
    changes.push(best);
    open = open.filter(isOpen);
  }
  const final = tableWith(table, minor, changes);
  // A change may also spoil a text that was equal.
  const unexplained = texts.filter((text) => distance(text, final) > 0).map((text) => differences(text, final));
  return { changes, explained: differing.filter((text) => distance(text, final) === 0).length, unexplained };
}

function bestChange(
  texts: readonly RecordedArtifact[],
  minor: number,
  table: ReleaseTable,
  made: readonly ReleaseChange[],
): ReleaseChange | undefined {
  const total = (changes: readonly ReleaseChange[]) => {
    const tried = tableWith(table, minor, changes);
    return texts.reduce((sum, text) => sum + distance(text, tried), 0);
  };
  let least = total(made);
  let best: ReleaseChange | undefined;
  for (const change of candidates()) {
    if (made.some(({ name }) => name === change.name)) continue;
    const left = total([...made, change]);
    if (left < least) [least, best] = [left, change];
  }
  return best;
}

/** Lines that differ; 1 when only their order does. */
function distance(text: RecordedArtifact, table: ReleaseTable): number {
  const compiled = text.compiled(table);
  if (compiled.length === text.wanted.length && compiled.every((line, i) => line === text.wanted[i])) return 0;
  const { missing, surplus } = compare(text.wanted, compiled);
  return missing.length + surplus.length || 1;
}

function differences(text: RecordedArtifact, table: ReleaseTable): UnexplainedText {
  return { text, ...compare(text.wanted, text.compiled(table)) };
}

function compare(wanted: readonly string[], compiled: readonly string[]) {
  const counts = new Map<string, number>();
  for (const line of compiled) counts.set(line, (counts.get(line) ?? 0) + 1);
  const missing = wanted.filter((line) => {
    const left = counts.get(line) ?? 0;
    if (left > 0) counts.set(line, left - 1);
    return left === 0;
  });
  const surplus = [...counts].flatMap(([line, count]) => Array.from({ length: count }, () => line));
  return { missing, surplus };
}
