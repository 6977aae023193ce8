import { ruleEvidence, rulesOf, tablesOf } from "../captured-rules.js";
import type { Check } from "../types.js";

export const masqueradeMarkKept: Check = {
  id: "masquerade-mark-kept",
  title: "Masquerading that leaves the mark on the packet",
  severity: "warning",
  why: "a packet that an overlay sends on is masqueraded twice, and with a checksum the network card gets wrong connections hang for 63 seconds",
  covers: [19],
  scope: "capture",
  *run(capture) {
    for (const table of tablesOf(capture, "nat")) {
      const chain = table.chains.get("KUBE-POSTROUTING");
      if (!chain || !table.complete) continue;
      let cleared = false;
      for (const { text, line, rule } of rulesOf(table, chain)) {
        if (rule?.target.kind === "mark") cleared = true;
        const marked = rule?.clauses.some(({ kind }) => kind === "mark");
        // IPVS mode masquerades by sets in between; only the rule for marked packets counts.
        const bySet = rule?.clauses.some(({ kind }) => kind === "set");
        if (rule?.target.kind !== "masquerade" || cleared || bySet) continue;
        yield {
          detail: table.family,
          message: marked
            ? "a MASQUERADE rule of a release before 1.19 stands in front of the present ones"
            : "the mark is not taken off before MASQUERADE",
          evidence: [ruleEvidence(table, text, line)],
          change: "flush KUBE-POSTROUTING and restart kube-proxy",
        };
        break;
      }
    }
  },
};
