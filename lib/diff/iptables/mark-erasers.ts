/** Rules of others by which packets lose the mark for masquerading, before POSTROUTING of table nat asks for it. */
import { findMarkEraser } from "../../rulesets/iptables/marked-packets.js";
import { decides } from "../../rulesets/iptables/take-packets.js";
import type { Clause } from "../../rulesets/iptables/types.js";
import type { Change } from "../types.js";
import { BEHIND_RULES } from "../view-words.js";
import type { KubeRule } from "./kube-rule.js";
import type { Place } from "./refused-packets.js";
import type { Side } from "./side.js";

/** A rule by which every packet at the place loses the mark, and that no other one in front may keep some from. */
export function markEraser({ table, chain, which = "" }: Place, bit: number, side: Side): Change[] {
  const rules = side.rulesOf(table, chain);
  const eraserIn = (of: readonly KubeRule[]) => findMarkEraser(of, bit, (name) => side.rulesOf(table, name));
  const rule = eraserIn(rules);
  if (!rule) return [];
  const place = rules.findIndex((one) => eraserIn([one]) === rule);
  if (rules.slice(0, place).some(mayKeepFirst)) return [];
  return [
    {
      kind: "rule-order",
      severity: "error",
      chain: rule.chain,
      message:
        `a rule of ${rule.chain} in table ${table} takes off the mark for masquerading: connections${which} leave with the ` +
        `address they came from, and answers to them may not come back, ${BEHIND_RULES}`,
      expected: [],
      actual: [rule.text],
      ...(rule.at && { at: rule.at }),
    },
  ];
}

function mayKeepFirst({ target, clauses }: KubeRule): boolean {
  const isOfLater = (clause: Clause) =>
    clause.kind === "conntrack" &&
    !clause.negated &&
    !clause.states.some((state) => state === "NEW" || state === "DNAT");
  if (target.kind === "jump" && target.chain.startsWith("KUBE-")) return false;
  return decides({ target }, () => true) && !clauses.some(isOfLater);
}
