import { isKubeChain, ruleEvidence, rulesOf, tablesOf } from "../captured-rules.js";
import type { Check } from "../types.js";

const DROP_BIT = 0x8000;

export const markCollision: Check = {
  id: "mark-collision",
  title: "Another program writes kube-proxy's packet marks",
  severity: "warning",
  why: "kube-proxy keeps its decision to masquerade in one bit of the mark; who overwrites it makes packets leave with the wrong source address, or be dropped",
  covers: [28],
  scope: "capture",
  *run(capture, { config }) {
    const bit = config.mode === "nftables" ? config.nftables.masqueradeBit : config.iptables.masqueradeBit;
    const ours = ((2 ** bit) | DROP_BIT) >>> 0;
    for (const table of tablesOf(capture))
      for (const chain of table.chains.values()) {
        if (isKubeChain(chain.name) || !chain.texts.some((text) => text.includes("-j MARK"))) continue;
        for (const { text, line, rule } of rulesOf(table, chain)) {
          if (rule?.target.kind !== "mark") continue;
          const written = (rule.target.mask | rule.target.value) >>> 0;
          const overlap = (written & ours) >>> 0;
          if (overlap === 0) continue;
          const whole = rule.target.mask >>> 0 === 0xffffffff;
          yield {
            detail: `${table.family} ${table.name} ${text}`,
            message: `a rule in chain ${chain.name} writes ${whole ? "the whole mark" : `bit 0x${overlap.toString(16)}`}, and kube-proxy uses 0x${(2 ** bit).toString(16)} to masquerade`,
            evidence: [ruleEvidence(table, text, line)],
            change:
              "let the other program use bits of its own and a mask (--set-xmark VALUE/MASK), or choose another masqueradeBit",
          };
        }
      }
  },
};
