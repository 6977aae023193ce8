import { ruleEvidence, rulesOf, tablesOf } from "../captured-rules.js";
import type { Rule } from "../../rulesets/iptables/types.js";
import type { Check } from "../types.js";

/** IPVS mode masquerades by sets as well; only the rule for marked packets counts. */
function isBySet({ clauses }: Rule): boolean {
  return clauses.some(({ kind }) => kind === "set");
}

export const masqueradeMarkKept: Check = {
  id: "masquerade-mark-kept",
  title: "Masquerading that leaves the mark on the packet",
  severity: "warning",
  why: "a packet that an overlay sends on is masqueraded twice, and with a checksum the network card gets wrong connections hang for 63 seconds",
  covers: [19],
  needs: ["iptables"],
  scope: "capture",
  *run(capture) {
    for (const table of tablesOf(capture, "nat")) {
      const chain = table.chains.get("KUBE-POSTROUTING");
      if (!chain || !table.complete) continue;
      const rules = rulesOf(table, chain);
      const clears = rules.findIndex(({ rule }) => rule?.target.kind === "mark");
      const masks = rules.findIndex(({ rule }) => rule?.target.kind === "masquerade" && !isBySet(rule));
      if (masks < 0 || (clears >= 0 && clears < masks)) continue;
      // Only where the present rules stand behind it is it left over; alone, it is what this kube-proxy writes.
      const leftOver = clears >= 0;
      yield {
        detail: table.family,
        message: leftOver
          ? "a MASQUERADE rule of a release before 1.19 stands in front of the present ones"
          : "the mark is not taken off before MASQUERADE, as releases before 1.19 did it",
        evidence: [
          ruleEvidence(table, rules[masks]!.text, rules[masks]!.line),
          ...(leftOver ? [ruleEvidence(table, rules[clears]!.text, rules[clears]!.line)] : []),
        ],
        change: leftOver
          ? `delete the first of the two (iptables -t nat -D KUBE-POSTROUTING ${masks + 1})`
          : "run a kube-proxy of 1.19 or newer on the node; if it does, flush KUBE-POSTROUTING and restart it",
      };
    }
  },
};
