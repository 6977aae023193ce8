import { BUILT_IN_CHAINS, type CapturedTable } from "../../rulesets/iptables/capture.js";
import { isKubeChain, ruleEvidence, rulesOf, tablesOf } from "../captured-rules.js";
import { count, listText } from "../describe.js";
import type { Check, Evidence } from "../types.js";

const DROP_BIT = 0x8000;

interface Writes {
  readonly rules: { readonly evidence: Evidence; readonly chain: string }[];
  bits: number;
  whole: boolean;
}

/** Who makes a chain, by the part of its name before the first dash or underscore; built-in chains stand for themselves. */
function ownerOf(chain: string): string {
  return BUILT_IN_CHAINS.has(chain) ? chain : (/^[^-_]+[-_]/.exec(chain)?.[0] ?? chain);
}

/** Bits of the mark that kube-proxy, or the kubelet of an older release, decides by on this node. */
function bitsInUse(tables: readonly CapturedTable[], masqueradeBit: number): number {
  const drops = tables.some(
    ({ chains }) =>
      chains.has("KUBE-MARK-DROP") || chains.get("KUBE-FIREWALL")?.texts.some((text) => text.includes("0x8000")),
  );
  return ((2 ** masqueradeBit) | (drops ? DROP_BIT : 0)) >>> 0;
}

function findWrites(tables: readonly CapturedTable[], ours: number): Map<string, Writes> {
  const owners = new Map<string, Writes>();
  for (const table of tables)
    for (const chain of table.chains.values()) {
      if (isKubeChain(chain.name) || !chain.texts.some((text) => text.includes("-j MARK"))) continue;
      for (const { text, line, rule } of rulesOf(table, chain)) {
        if (rule?.target.kind !== "mark") continue;
        const overlap = ((rule.target.mask | rule.target.value) & ours) >>> 0;
        if (overlap === 0) continue;
        const owner = ownerOf(chain.name);
        const writes = owners.get(owner) ?? { rules: [], bits: 0, whole: false };
        owners.set(owner, writes);
        writes.rules.push({ evidence: ruleEvidence(table, text, line), chain: chain.name });
        writes.bits = (writes.bits | overlap) >>> 0;
        writes.whole ||= rule.target.mask >>> 0 === 0xffffffff;
      }
    }
  return owners;
}

export const markCollision: Check = {
  id: "mark-collision",
  title: "Another program writes kube-proxy's packet marks",
  severity: "warning",
  why: "kube-proxy keeps its decision to masquerade in one bit of the mark; who overwrites it makes packets leave with the wrong source address, or be dropped",
  covers: [28],
  needs: ["iptables"],
  scope: "capture",
  *run(capture, { config }) {
    const tables = tablesOf(capture);
    const bit = config.mode === "nftables" ? config.nftables.masqueradeBit : config.iptables.masqueradeBit;
    for (const [owner, { rules, bits, whole }] of findWrites(tables, bitsInUse(tables, bit))) {
      const chains = [...new Set(rules.map(({ chain }) => chain))];
      yield {
        detail: `chains ${owner}`,
        message: `${count(rules.length, "rule")} in ${chains.length === 1 ? "chain" : "chains"} ${listText(chains, 3)} ${rules.length === 1 ? "writes" : "write"} ${whole ? "the whole mark" : `bit 0x${bits.toString(16)}`}, and kube-proxy uses 0x${(2 ** bit).toString(16)} to masquerade`,
        evidence: rules.slice(0, 5).map((rule) => rule.evidence),
        change:
          "let the other program use bits of its own and a mask (--set-xmark VALUE/MASK), or choose another masqueradeBit",
      };
    }
  },
};
