/** What rules of iptables that are not kube-proxy's do to connections, in two captures of a node in mode ipvs. */
import type { IPFamily } from "../../net/ip.js";
import type { CapturedTable } from "../../rulesets/iptables/capture.js";
import { OTHERS_RULES } from "../coverage.js";
import { effectTurns, unseenEffects } from "../effect-turns.js";
import { notToldYet, onceEach } from "../once-each.js";
import type { OwnAddresses } from "../iptables/refused-services.js";
import type { Change } from "../types.js";
import { ownAddresses } from "./compare-bound-addresses.js";
import { compareJumps } from "./compare-jumps.js";
import { chooseTable } from "./normal-rules.js";
import { reachedFrontends } from "./reached-frontends.js";
import { refusedEndpoints } from "./refused-endpoints.js";
import { compareEarlierTables, compareInputs, compareRulesInFront } from "./rules-in-front.js";
import type { ShownTables } from "./shown-tables.js";
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

/** New, gone and changed, as far as both captures show a table. */
export function foreignTurns(
  before: IPVSCapture,
  after: IPVSCapture,
  { shown, family }: { readonly shown: ShownTables; readonly family: IPFamily },
): ForeignTurns {
  const { alike } = shown;
  const reached = reachedBetween(before, after, family);
  const own = ownBetween(before, after, family);
  const [was, now] = [alike.before, alike.after].map((tables) => effectsOf(reached, tables, own)) as [Found, Found];
  const rest = unseenEffects(was.changes, now.changes);
  const assumptions = [...new Set([...was.assumptions, ...now.assumptions, ...rest])];
  return {
    changes: effectTurns(was.changes, now.changes).map(withoutNames),
    assumptions,
    notGiven: [...shown.notGiven, ...(assumptions.length > 0 ? [OTHERS_RULES] : [])],
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
  const inFront = [...compareEarlierTables(reached, tables), ...compareInputs(reached, tables)];
  const found = onceEach([
    ...inFront,
    ...notToldYet(refused.changes, inFront),
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
