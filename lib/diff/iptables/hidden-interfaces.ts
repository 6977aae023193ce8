/** What a listing without -v leaves open of others' rules: whether they refuse all packets, or those of an interface. */
import type { IPFamily } from "../../net/ip.js";
import { lacksInterfacesOnly } from "../../rulesets/iptables/parse.js";
import { decides } from "../../rulesets/iptables/take-packets.js";
import type { TableName } from "../../rulesets/iptables/types.js";
import type { KubeRule } from "./kube-rule.js";
import type { LackingRules } from "./lacking-rules.js";
import { Side, type SideTable } from "./side.js";

/** Where packets may be refused before kube-proxy's rules or behind them. */
const PLACES: Readonly<Record<Exclude<TableName, "nat">, readonly string[]>> = {
  raw: ["PREROUTING", "OUTPUT"],
  mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
  filter: ["INPUT", "FORWARD", "OUTPUT"],
  security: ["INPUT", "FORWARD", "OUTPUT"],
};

/** Chains in chains that are looked into. */
const DEEPEST = 8;

/** Each table that is given, with its name. */
export function hiddenInterfaces(tables: Iterable<SideTable>, family: IPFamily): LackingRules {
  const places = [...tables].flatMap((table) => {
    const { name } = table;
    if (!table.withoutInterfaces || name === "nat") return [];
    const side = new Side(new Map([[name, table]]), family);
    return PLACES[name].filter((chain) => hides(side, name, chain)).map((chain) => `${chain} in table ${name}`);
  });
  const unique = [...new Set(places)];
  const tool = family === "IPv6" ? "ip6tables" : "iptables";
  return {
    assumptions: unique.map(
      (where) => `a listing without -v shows no interfaces: which packets rules of ${where} refuse is not compared`,
    ),
    notGiven: unique.map((where) => `interfaces of rules of ${where} (${tool}-save)`),
  };
}

/** Whether all packets may be refused, if rules whose interfaces are not shown are for all of them, or for none. */
function hides(side: Side, table: TableName, chain: string): boolean {
  const policy = side.policyOf(table, chain);
  const isAsked = ({ target }: KubeRule) =>
    target.kind === "drop" || target.kind === "reject" || (policy === "DROP" && decides({ target }, () => false));
  return reaches(side, table, chain, isAsked, DEEPEST);
}

function reaches(
  side: Side,
  table: TableName,
  chain: string,
  isAsked: (rule: KubeRule) => boolean,
  depth: number,
): boolean {
  return side.rulesOf(table, chain).some((rule) => {
    if (!lacksInterfacesOnly(rule)) return false;
    const { target } = rule;
    if (target.kind !== "jump" && target.kind !== "goto") return isAsked(rule);
    return depth > 0 && !target.chain.startsWith("KUBE-") && reaches(side, table, target.chain, isAsked, depth - 1);
  });
}
