/**
 * Conditions of iptables-nft of which nft's JSON tells that they are there, and not what they ask for (`{"xt":{"type":"match","name":
 * "multiport"}}`): what rules with such would refuse is told as not compared, where it could be anything.
 */
import { textsOf } from "./dormant-tables.js";
import type { ForeignBase } from "./foreign-bases.js";
import { isHidden } from "./meet-hidden.js";
import type { FoundRules } from "./tables-in-front.js";

export const HIDDEN_CONDITIONS = "what iptables-nft's rules ask for, which nft's JSON leaves out (iptables-save)";

/**
 * What is said of tables with hidden conditions that may refuse packets. What other rules refuse behind them is left to them: rules that
 * accept by such conditions are taken to accept.
 */
export function whatIsHidden(
  bases: readonly ForeignBase[],
  search: (bases: readonly ForeignBase[]) => readonly FoundRules[],
  shown: ReadonlySet<string>,
): readonly string[] {
  const hiding = bases.filter((base) => !shown.has(nameOf(base)) && hides(base));
  if (hiding.length === 0) return [];
  const names = new Set(hiding.map(nameOf));
  const textsWith = (hidden: ForeignBase["hidden"]) =>
    textsOf(search(bases.map((base) => (names.has(nameOf(base)) ? { ...base, hidden } : base))));
  const known = textsWith("may hold");
  if ([...textsWith("holds")].every((text) => known.has(text))) return [];
  return [...names].map(
    (name) =>
      `what rules of table ${name} ask for is left out of nft's JSON, which shows conditions of iptables-nft as "xt": what they refuse is not compared (iptables-save shows it)`,
  );
}

const nameOf = ({ table }: ForeignBase) => `${table.family} ${table.name}`;

function hides({ rules }: ForeignBase): boolean {
  return [...rules.values()].some((own) => own.some(({ statements }) => statements.some(isHidden)));
}
