import { isKubeChain, ruleEvidence, tablesOf, tableText } from "../captured-rules.js";
import type { Check } from "../types.js";

export const jumpToUndefinedChain: Check = {
  id: "jump-to-undefined-chain",
  title: "A rule that jumps to a chain that does not exist",
  severity: "error",
  why: "iptables-restore refuses the whole input for it, so the rules of every Service stay as they were",
  covers: [16, 33],
  needs: ["iptables"],
  scope: "capture",
  *run(capture) {
    for (const table of tablesOf(capture)) {
      // Tables that break off, and listings of single chains, do not show every chain.
      if (!table.complete || (table.form !== "save" && table.chains.size < 4)) continue;
      const missing = new Map<string, { text: string; line: number; times: number }>();
      for (const chain of table.chains.values())
        for (const [i, text] of chain.texts.entries()) {
          const at = Math.max(text.lastIndexOf(" -j "), text.lastIndexOf(" -g "));
          if (at < 0) continue;
          const end = text.indexOf(" ", at + 4);
          const target = end < 0 ? text.slice(at + 4) : text.slice(at + 4, end);
          if (!isKubeChain(target) || table.chains.has(target)) continue;
          const seen = missing.get(target);
          if (seen) seen.times++;
          else missing.set(target, { text, line: chain.lines[i]!, times: 1 });
        }
      for (const [target, { text, line, times }] of missing)
        yield {
          detail: `${table.family} ${table.name} ${target}`,
          message: `${times === 1 ? "a rule jumps" : `${times} rules jump`} to ${target}, which ${tableText(table)} does not have`,
          evidence: [ruleEvidence(table, text, line)],
          change:
            target === "KUBE-MARK-DROP"
              ? "create the chain (iptables -t nat -N KUBE-MARK-DROP), or use a kubelet and kube-proxy of releases that fit together"
              : `create the chain, or delete the rule, and let kube-proxy sync again`,
        };
    }
  },
};
