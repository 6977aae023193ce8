/** Of which tables of iptables two captures of a node in mode ipvs show the rules. */
import type { IPFamily } from "../../net/ip.js";
import type { CapturedTable } from "../../rulesets/iptables/capture.js";
import { tablesInBoth } from "../../rulesets/iptables/known-tables.js";
import type { IPVSCapture } from "./types.js";

/** Those of which both captures tell. */
export interface ShownTables {
  readonly before: readonly CapturedTable[];
  readonly after: readonly CapturedTable[];
  /** Of these the ones that both show in the same way. */
  readonly alike: Readonly<Record<"before" | "after", readonly CapturedTable[]>>;
  readonly notGiven: readonly string[];
}

export function tablesShown(before: IPVSCapture, after: IPVSCapture, family: IPFamily): ShownTables {
  const [was, now] = [before.tables ?? [], after.tables ?? []];
  const both = tablesInBoth(was, now, family);
  const { notGiven, ...alike } = shownAlike(both.before, both.after, family);
  // A capture without any table is told as one already.
  const isTold = !before.tables || !after.tables;
  const lacks = isTold ? [] : (familyLacking(was, now, family) ?? both.notGiven);
  return { before: both.before, after: both.after, alike, notGiven: [...lacks, ...notGiven] };
}

/** Where one capture has tables of a family, and the other none: iptables-save shows IPv4 alone. */
function familyLacking(
  before: readonly CapturedTable[],
  after: readonly CapturedTable[],
  family: IPFamily,
): readonly string[] | undefined {
  const [was, now] = [before, after].map((tables) =>
    tables.some((table) => table.family === family || table.family === "unknown"),
  );
  if (was === now) return undefined;
  const tool = family === "IPv6" ? "ip6tables" : "iptables";
  return [`${was ? "after" : "before"}: ${family} iptables rules (${tool}-save)`];
}

/** Without the tables of which one capture shows less than the other: what it hides is neither new nor gone. */
function shownAlike(before: readonly CapturedTable[], after: readonly CapturedTable[], family: IPFamily) {
  const notGiven: string[] = [];
  const hidden = new Set<string>();
  for (const name of new Set([...before, ...after].flatMap((table) => table.name ?? []))) {
    const isMeant = (table: CapturedTable) =>
      table.name === name && (table.family === family || table.family === "unknown");
    const [was, now] = [before, after].map((tables) => new Set(tables.filter(isMeant).flatMap(lackingParts)));
    const isLess = (own: ReadonlySet<string>, other: ReadonlySet<string>) =>
      own.has(CUT) || [...own].some((part) => !other.has(part));
    const told = [...(isLess(was!, now!) ? ["before"] : []), ...(isLess(now!, was!) ? ["after"] : [])];
    if (told.length > 0) hidden.add(name);
    notGiven.push(...told.map((when) => `${when}: all rules of table ${name} (iptables-save)`));
  }
  const left = (tables: readonly CapturedTable[]) => tables.filter(({ name }) => !name || !hidden.has(name));
  return { before: left(before), after: left(after), notGiven };
}

/** What cannot be held against the same of another capture. */
const CUT = "cut";

/** What a capture of a table does not show. */
function lackingParts({ complete, hasNames, withoutInterfaces, mayLackRules }: CapturedTable): string[] {
  return [
    ...(complete && !hasNames ? [] : [CUT]),
    ...(withoutInterfaces ? ["interfaces"] : []),
    ...(mayLackRules === true ? ["rules"] : []),
  ];
}
