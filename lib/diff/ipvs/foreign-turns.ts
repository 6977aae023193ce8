/** What rules of iptables that are not kube-proxy's do to connections, in two captures of a node in mode ipvs. */
import type { IPFamily } from "../../net/ip.js";
import type { CapturedTable } from "../../rulesets/iptables/capture.js";
import { tablesInBoth } from "../../rulesets/iptables/known-tables.js";
import { OTHERS_RULES } from "../coverage.js";
import { effectTurns } from "../effect-turns.js";
import type { OwnAddresses } from "../iptables/refused-services.js";
import type { Change } from "../types.js";
import { ownAddresses } from "./compare-bound-addresses.js";
import { compareJumps } from "./compare-jumps.js";
import { chooseTable } from "./normal-rules.js";
import { reachedFrontends } from "./reached-frontends.js";
import { refusedEndpoints } from "./refused-endpoints.js";
import { compareEarlierTables, compareInputs, compareRulesInFront, onceEach } from "./rules-in-front.js";
import type { ExpectedIPVS, IPVSCapture } from "./types.js";

interface ForeignTurns {
  readonly changes: readonly Change[];
  readonly assumptions: readonly string[];
  readonly notGiven: readonly string[];
}

/** The frontends that other programs' rules are asked about: those of the later capture. */
export function reachedBetween(before: IPVSCapture, after: IPVSCapture, family: IPFamily): ExpectedIPVS {
  return reachedFrontends(after, [...(before.tables ?? []), ...(after.tables ?? [])], family);
}

/** New, gone and changed, as far as both captures tell of a table. */
export function foreignTurns(before: IPVSCapture, after: IPVSCapture, family: IPFamily): ForeignTurns {
  const both = tablesInBoth(before.tables ?? [], after.tables ?? [], family);
  const alike = shownAlike(both.before, both.after, family);
  const reached = reachedBetween(before, after, family);
  const own = ownBetween(before, after, family);
  const [was, now] = [alike.before, alike.after].map((tables) => effectsOf(reached, tables, own)) as [Found, Found];
  const assumptions = [...new Set([...was.assumptions, ...now.assumptions])];
  return {
    changes: effectTurns(was.changes, now.changes).map(withoutNames),
    assumptions,
    // A capture without any table is told as one already.
    notGiven: [
      ...(before.tables && after.tables ? both.notGiven : []),
      ...alike.notGiven,
      ...(assumptions.length > 0 ? [OTHERS_RULES] : []),
    ],
  };
}

/** Addresses of the node, that either capture shows. */
export function ownBetween(before: IPVSCapture, after: IPVSCapture, family: IPFamily): OwnAddresses | undefined {
  return ownAddresses(after.interfaces, family, undefined) ?? ownAddresses(before.interfaces, family, undefined);
}

interface Found {
  readonly changes: readonly Change[];
  readonly assumptions: readonly string[];
}

function effectsOf(reached: ExpectedIPVS, tables: readonly CapturedTable[], own: OwnAddresses | undefined): Found {
  const refused = refusedEndpoints(reached, tables, own);
  const held = reached.iptables.tables.flatMap((table) => chooseTable(reached, table, tables) ?? []);
  const found = onceEach([
    ...compareEarlierTables(reached, tables),
    ...compareInputs(reached, tables),
    ...refused.changes,
    ...held.flatMap((table) => [
      ...compareJumps(reached, table).changes.filter(({ kind }) => kind === "rule-order"),
      ...compareRulesInFront(reached, table),
    ]),
  ]);
  // Warnings say that there are more rules than are looked at.
  const unseen = found.filter(({ severity }) => severity === "warning").map(({ message }) => message);
  return {
    changes: found.filter(({ severity }) => severity !== "warning"),
    assumptions: [...refused.assumptions, ...unseen],
  };
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
    ...(mayLackRules ? ["rules"] : []),
  ];
}

/** Where frontends stand for Services whose names no capture tells. */
export function withoutNames({ service: _, port: _port, ...change }: Change): Change {
  const message = change.message
    .replace(
      /\b(\d+|every)( [A-Z]+)? services?: /,
      (_all, count: string, protocol = "") => `${count}${protocol} ${count === "every" ? "frontend" : "frontends"}: `,
    )
    .replace(/ to (\S+) of \1(?=[ ,])/, " to $1");
  return { ...change, message };
}
