import { isKubeChain, isServiceChain, ruleEvidence, tablesOf, tableText } from "../captured-rules.js";
import type { Check } from "../types.js";

export const duplicateRules: Check = {
  id: "duplicate-rules",
  title: "The same rule more than once in a chain",
  severity: "warning",
  why: "something appends a rule again and again without seeing that it is there; the chain grows until every change takes minutes",
  covers: [14],
  needs: ["iptables"],
  scope: "capture",
  *run(capture) {
    for (const table of tablesOf(capture))
      for (const chain of table.chains.values()) {
        if (isServiceChain(chain.name)) continue;
        const times = new Map<string, { count: number; line: number }>();
        for (const [i, text] of chain.texts.entries()) {
          if (!isKubeChain(chain.name) && !text.includes("KUBE-")) continue;
          const seen = times.get(text);
          if (seen) seen.count++;
          else times.set(text, { count: 1, line: chain.lines[i]! });
        }
        for (const [text, { count, line }] of times)
          if (count > 1)
            yield {
              detail: `${table.family} ${table.name} ${text}`,
              message: `chain ${chain.name} of ${tableText(table)} holds one rule ${count} times`,
              evidence: [ruleEvidence(table, text, line)],
              change:
                "look for two programs that ensure the rule with different iptables versions or variants, and delete the repetitions",
            };
      }
  },
};
