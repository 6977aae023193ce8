/** Chains of other modes and old releases beside those of IPVS mode. */
import type { Change } from "../types.js";
import { listWords } from "../view-words.js";
import type { CapturedTable } from "../../rulesets/iptables/capture.js";

/** Kinds of chains that kube-proxy makes in iptables mode, or made in old releases, with words for them. */
const KINDS: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/^KUBE-SVC-/, "cluster policy chains of iptables mode"],
  [/^KUBE-SVL-/, "local policy chains of iptables mode"],
  [/^KUBE-SEP-/, "endpoint chains of iptables mode"],
  [/^KUBE-EXT-/, "external chains of iptables mode"],
  [/^KUBE-FW-/, "firewall chains of iptables mode"],
  [/^KUBE-XLB-/, "load-balancer chains of iptables mode before 1.24"],
  [/^KUBE-(SERVICES|NODEPORTS|EXTERNAL-SERVICES|PROXY-CANARY)$/, "base chains of iptables mode"],
  [/^KUBE-FIRE-WALL$/, "chains of ipvs mode before 1.26"],
];

/** Made by kubelet, or shared with it. */
const NOT_KUBE_PROXYS: ReadonlySet<string> = new Set([
  "KUBE-FIREWALL",
  "KUBE-MARK-DROP",
  "KUBE-MARK-MASQ",
  "KUBE-POSTROUTING",
  "KUBE-KUBELET-CANARY",
  "KUBE-IPTABLES-HINT",
]);

function kindOf(name: string, own: ReadonlySet<string>): string | undefined {
  if (own.has(name) || NOT_KUBE_PROXYS.has(name) || !name.startsWith("KUBE-")) return undefined;
  return KINDS.find(([pattern]) => pattern.test(name))?.[1];
}

/** The names of all chains left over in a table. `own`: chains of IPVS mode. */
export function leftoverChains(table: CapturedTable, own: ReadonlySet<string>): string[] {
  return [...table.chains.keys()].filter((name) => kindOf(name, own) !== undefined).sort();
}

/**
 * One change for each kind of chain left over in a table; `actual` names every chain.
 * Nothing jumps to them unless a rule says so, which is a change of its own.
 */
export function findLeftovers(table: CapturedTable, own: ReadonlySet<string>): Change[] {
  const found = new Map<string, { name: string; line: number }[]>();
  for (const { name, lines } of table.chains.values()) {
    const words = kindOf(name, own);
    if (words === undefined) continue;
    const group = found.get(words);
    const chain = { name, line: lines[0] ?? table.startLine };
    if (group) group.push(chain);
    else found.set(words, [chain]);
  }
  return Array.from(found, ([words, chains]): Change => {
    const names = chains.map(({ name }) => name).sort();
    return {
      kind: "leftover-chain",
      severity: "warning",
      ...(names.length === 1 && { chain: names[0]! }),
      message: `table ${table.name} still holds ${words}: ${listWords(names)}; kube-proxy does not remove them when the mode changes`,
      expected: [],
      actual: names,
      at: { file: table.file, line: Math.min(...chains.map(({ line }) => line)) },
    };
  });
}
