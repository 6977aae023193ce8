import { ruleEvidence, rulesOf, tablesOf } from "../captured-rules.js";
import type { Rule } from "../../rulesets/iptables/types.js";
import type { Check } from "../types.js";

export const masqueradeNotRandom: Check = {
  id: "masquerade-not-random",
  title: "Masquerading without --random-fully",
  severity: "warning",
  why: "two connections may be given one source port at the same moment; the second one loses its first packet and waits seconds for the retry",
  covers: [18],
  needs: ["iptables"],
  scope: "capture",
  *run(capture) {
    for (const table of tablesOf(capture, "nat")) {
      const chain = table.chains.get("KUBE-POSTROUTING");
      if (!chain) continue;
      for (const { text, line, rule } of rulesOf(table, chain)) {
        if (rule?.target.kind !== "masquerade" || rule.target.randomFully || isHairpin(rule)) continue;
        yield {
          detail: table.family,
          message: "kube-proxy's MASQUERADE rule has no --random-fully",
          evidence: [ruleEvidence(table, text, line)],
          change: "use an iptables of 1.6.2 or newer and a kernel that knows the option, then restart kube-proxy",
        };
        break;
      }
    }
  },
};

/** kube-proxy never asks it of the rule for pods that reach themselves. */
function isHairpin({ clauses }: Rule): boolean {
  return clauses.some((clause) => clause.kind === "set" && /^KUBE-(6-)?LOOP-BACK$/.test(clause.name));
}
