/** Of which tables two captures of a node tell what they hold. */
import type { IPFamily } from "../../net/ip.js";
import type { CapturedTable } from "./capture.js";
import type { TableName } from "./types.js";

const ALL_TABLES: readonly TableName[] = ["raw", "mangle", "nat", "filter", "security"];

export interface TablesInBoth {
  /** Of which the other capture tells too, be it that there are no rules. */
  readonly before: readonly CapturedTable[];
  readonly after: readonly CapturedTable[];
  readonly names: ReadonlySet<TableName>;
  /** Tables with rules of which one capture tells nothing: "before: table raw". */
  readonly notGiven: readonly string[];
}

/** Of a table that one capture lacks nobody knows what it did. */
export function tablesInBoth(
  before: readonly CapturedTable[],
  after: readonly CapturedTable[],
  family: IPFamily,
): TablesInBoth {
  const [known, knownNow] = [knownTables(before, family), knownTables(after, family)];
  const names = new Set([...known].filter((name) => knownNow.has(name)));
  const inBoth = (tables: readonly CapturedTable[], others: readonly CapturedTable[]) =>
    tables
      .filter(({ name }) => name === undefined || names.has(name))
      .map((table) => withoutPolicyOf(table, ofFamily(others, family)));
  const notGiven = [
    ...withRules(after, known, family).map((name) => `before: table ${name}`),
    ...withRules(before, knownNow, family).map((name) => `after: table ${name}`),
  ];
  return { before: inBoth(before, after), after: inBoth(after, before), names, notGiven };
}

/** Where a policy of the other capture tells of no packets, what this one's refuses is no news. */
function withoutPolicyOf(table: CapturedTable, others: readonly CapturedTable[]): CapturedTable {
  const isUnknown = others.some(({ name, mayLackRules }) => name === table.name && mayLackRules === true);
  return isUnknown && !table.mayLackRules ? { ...table, mayLackRules: "elsewhere" } : table;
}

function ofFamily(tables: readonly CapturedTable[], family: IPFamily): readonly CapturedTable[] {
  return tables.filter((table) => table.family === family || table.family === "unknown");
}

/** iptables-save, which prints all tables, leaves out those without rules. */
function knownTables(tables: readonly CapturedTable[], family: IPFamily): ReadonlySet<TableName> {
  const own = ofFamily(tables, family);
  const isAll = ["nat", "filter"].every((name) => own.some((table) => table.name === name && table.form === "save"));
  return new Set(isAll ? ALL_TABLES : own.flatMap(({ name }) => name ?? []));
}

function withRules(
  tables: readonly CapturedTable[],
  known: ReadonlySet<TableName>,
  family: IPFamily,
): readonly TableName[] {
  const held = ofFamily(tables, family).filter(({ chains }) => [...chains.values()].some(({ size }) => size > 0));
  return ALL_TABLES.filter((name) => !known.has(name) && held.some((table) => table.name === name));
}
