/** Programs that can take kube-proxy's place, told by their chains. */
import type { CapturedTable } from "../../rulesets/iptables/capture.js";

const PREFIXES: readonly (readonly [string, string])[] = [
  ["CILIUM_", "Cilium"],
  ["OLD_CILIUM_", "Cilium"],
  ["ANTREA-", "Antrea"],
  ["KUBE-ROUTER-", "kube-router"],
  ["KUBE-NWPLCY-", "kube-router"],
  ["OVN-KUBE-", "OVN-Kubernetes"],
  ["cali-", "Calico (its eBPF mode)"],
];

/** Each program found, with the first of its chains. */
export function otherProxiesIn(tables: readonly CapturedTable[]): { readonly proxy: string; readonly chain: string }[] {
  const found = new Map<string, string>();
  for (const { chains } of tables)
    for (const chain of chains.keys()) {
      const proxy = PREFIXES.find(([prefix]) => chain.startsWith(prefix))?.[1];
      if (proxy && !found.has(proxy)) found.set(proxy, chain);
    }
  return [...found].map(([proxy, chain]) => ({ proxy, chain }));
}
