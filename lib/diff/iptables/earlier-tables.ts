/**
 * Tables raw and mangle, which are no proxy's: a rule there that drops connections to a service, or keeps them from being
 * tracked, comes before anything that table nat does.
 */
import type { CapturedTable } from "../../rulesets/iptables/capture.js";
import type { Clause, TableName } from "../../rulesets/iptables/types.js";
import type { IPFamily } from "../../net/ip.js";
import type { Change } from "../types.js";
import { BEFORE_NAT } from "../view-words.js";
import type { KubeRule } from "./kube-rule.js";
import type { Owners } from "./owners.js";
import { decidingOf, refusalsAmong, untracks, type ByPlace, type ForeignRule } from "./rules-in-front.js";
import { Side } from "./side.js";

const EARLIER: ReadonlySet<TableName | undefined> = new Set<TableName>(["raw", "mangle"]);

/** NodeLocal DNSCache answers connections to the cluster's DNS itself, and keeps them from being tracked. */
const DNS_PORT = "53";

/** Of all captured tables of a family, with one change for rules that several of them hold. */
export function takersInEarlierTables(
  tables: readonly CapturedTable[],
  family: IPFamily,
  owners: Owners,
  frontends: () => ByPlace,
): Change[] {
  const byText = new Map<string, Change>();
  for (const { name, chains, file, withoutInterfaces, ...captured } of tables) {
    if (name === undefined || !EARLIER.has(name) || captured.hasNames) continue;
    if (captured.family !== family && captured.family !== "unknown") continue;
    const table = { name, chains, file, ...(withoutInterfaces && { withoutInterfaces }) };
    const side = new Side(new Map([[name, table]]), family);
    for (const chain of ["PREROUTING", "OUTPUT"])
      for (const change of takersIn(side, name, chain, owners, frontends))
        byText.set([name, change.message, ...change.actual].join("\n"), change);
  }
  return [...byText.values()];
}

function takersIn(side: Side, table: TableName, chain: string, owners: Owners, frontends: () => ByPlace): Change[] {
  const rules = decidingOf(side.rulesOf(table, chain), side, table);
  const words = (what: string) => (taken: string) =>
    `a rule of ${chain} in table ${table} ${what} connections to ${taken}, ${BEFORE_NAT}`;
  let withoutDNS: ByPlace | undefined;
  const others = () =>
    (withoutDNS ??= new Map([...frontends()].map(([place, own]) => [place, own.filter(isNotDNS)] as const)));
  const policy = policyOf(side, table, chain);
  const ofPolicy = (taken: string) =>
    `the policy of ${chain} in table ${table}, which no rule is in front of, drops connections to ${taken}, ${BEFORE_NAT}`;
  const withPolicy = { ...rules, rules: [...rules.rules, ...policy] };
  return [
    ...refusalsAmong(rules, { table, chain, owners, frontends, words: words("drops") }, drops),
    ...refusalsAmong(withPolicy, { table, chain, owners, frontends, words: ofPolicy }, (one) => policy.includes(one)),
    ...(table === "raw"
      ? refusalsAmong(
          rules,
          { table, chain, owners, frontends: others, words: words("leaves untracked") },
          leavesUntracked,
        )
      : []),
  ];
}

/** The policy DROP as the rule behind all others that it is. */
function policyOf(side: Side, table: TableName, chain: string): readonly ForeignRule[] {
  if (side.chain(table, chain)?.policy !== "DROP") return [];
  const none = { clauses: [], comment: undefined, meaning: "", countsOnly: false, at: undefined };
  const rule: KubeRule = { ...none, chain, target: { kind: "drop" }, text: `-P ${chain} DROP` };
  return [{ rule, clauses: [] }];
}

const drops = ({ rule: { target } }: ForeignRule) => target.kind === "drop";
const leavesUntracked = ({ rule: { target } }: ForeignRule) => untracks(target);

const isNotDNS = ({ clauses }: KubeRule) =>
  !clauses.some((clause: Clause) => clause.kind === "transport" && clause.destinationPort?.ports === DNS_PORT);
