import { ruleEvidence, tablesOf } from "../captured-rules.js";
import type { Check } from "../types.js";

export const invalidPacketsDropped: Check = {
  id: "invalid-packets-dropped",
  title: "Packets dropped because connection tracking calls them invalid",
  severity: "info",
  why: "a node that sees only one direction of a connection takes its packets for invalid, and kube-proxy's rule drops them",
  covers: [29],
  needs: ["iptables"],
  scope: "capture",
  *run(capture) {
    for (const table of tablesOf(capture, "filter")) {
      const chain = table.chains.get("KUBE-FORWARD");
      if (!chain) continue;
      for (const [i, text] of chain.texts.entries()) {
        // The rule is on every node; only packets it has dropped make it worth a word.
        const packets = chain.ruleCounters?.[i]?.packets ?? 0;
        if (!text.includes("--ctstate INVALID") || !text.includes("-j DROP") || packets === 0) continue;
        yield {
          detail: table.family,
          message: `kube-proxy's rule against invalid packets has dropped ${packets}`,
          evidence: [ruleEvidence(table, text, chain.lines[i]!)],
          change:
            "if replies of these connections take another way (several networks, direct server return), set conntrack.tcpBeLiberal in kube-proxy's configuration",
        };
      }
    }
  },
};
