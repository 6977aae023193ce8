import { tablesOf, tableText } from "../captured-rules.js";
import { count, listText } from "../describe.js";
import type { Check } from "../types.js";

export const leftoverOldChains: Check = {
  id: "leftover-old-chains",
  title: "KUBE-XLB chains of releases before 1.24",
  severity: "error",
  why: "they refer to chains that kube-proxy will want to delete, and then the whole restore fails and the node's rules freeze",
  covers: [12],
  needs: ["iptables"],
  scope: "capture",
  *run(capture) {
    for (const table of tablesOf(capture, "nat")) {
      const names = [...table.chains.keys()];
      const old = names.filter((name) => name.startsWith("KUBE-XLB-"));
      // Releases up to 1.23 use these chains and no KUBE-EXT ones.
      if (old.length === 0 || !names.some((name) => name.startsWith("KUBE-EXT-"))) continue;
      const chain = table.chains.get(old[0]!)!;
      yield {
        detail: table.family,
        message: `${tableText(table)} holds ${count(old.length, "chain")} of an old release (${listText(old, 3)}) beside KUBE-EXT chains`,
        evidence: [{ text: `chain ${old[0]}`, at: { file: table.file, line: chain.lines[0] ?? table.startLine } }],
        change: "flush and delete the KUBE-XLB chains (iptables -t nat -F CHAIN, then -X CHAIN)",
      };
    }
  },
};
