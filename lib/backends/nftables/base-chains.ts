/** Chains that hang on netfilter's hooks, and the jumps in them. */
import type { NftChain, NftRule, Statement } from "../../rulesets/nftables/types.js";
import type { Features } from "../../config/features.js";
import {
  CLUSTER_IPS_CHECK,
  FIREWALL_CHECK,
  MASQUERADING,
  NODEPORT_ENDPOINTS_CHECK,
  SERVICE_ENDPOINTS_CHECK,
  SERVICES,
} from "./names.js";
import { ct, jump, literal, match, rule } from "./statements.js";

/** Chain, type, hook, priority, chains jumped to in order. */
type Row = readonly [name: string, type: "filter" | "nat", hook: string, priority: number, targets: readonly string[]];

const ENDPOINT_CHECKS = [NODEPORT_ENDPOINTS_CHECK, SERVICE_ENDPOINTS_CHECK];
const SERVICE_CHECKS = [SERVICE_ENDPOINTS_CHECK, CLUSTER_IPS_CHECK];

const NAT_CHAINS: readonly Row[] = [
  ["nat-prerouting", "nat", "prerouting", -100, [SERVICES]],
  ["nat-output", "nat", "output", -100, [SERVICES]],
  ["nat-postrouting", "nat", "postrouting", 100, [MASQUERADING]],
];

/** All checks before DNAT, save the one of cluster IPs for the node's own traffic. */
const COMBINED: readonly Row[] = [
  ["filter-prerouting", "filter", "prerouting", -110, [FIREWALL_CHECK]],
  ["filter-input", "filter", "input", -110, ENDPOINT_CHECKS],
  ["filter-forward", "filter", "forward", -110, SERVICE_CHECKS],
  ["filter-output", "filter", "output", -110, [SERVICE_ENDPOINTS_CHECK, FIREWALL_CHECK]],
  ["filter-output-post-dnat", "filter", "output", -90, [CLUSTER_IPS_CHECK]],
  ...NAT_CHAINS,
];

/** Only the firewall before DNAT. */
const SPLIT: readonly Row[] = [
  ["filter-prerouting-pre-dnat", "filter", "prerouting", -110, [FIREWALL_CHECK]],
  ["filter-output-pre-dnat", "filter", "output", -110, [FIREWALL_CHECK]],
  ["filter-input", "filter", "input", 0, ENDPOINT_CHECKS],
  ["filter-forward", "filter", "forward", 0, SERVICE_CHECKS],
  ["filter-output", "filter", "output", 0, SERVICE_CHECKS],
  ...NAT_CHAINS,
];

const NEW_CONNECTIONS: Statement = match(ct("state"), literal("new"));

export interface BaseChainWithRules {
  readonly chain: NftChain;
  readonly rules: readonly NftRule[];
}

/** The base chains of a release, each with its jumps. Source: pkg/proxy/nftables, nftablesBaseChains and JumpChains. */
export function baseChains(features: Features): BaseChainWithRules[] {
  return (features.nftSplitPreDNATChains ? SPLIT : COMBINED).map(([name, type, hook, priority, targets]) => ({
    chain: { name, base: { type, hook, priority } },
    rules: targets.map((target) => rule(name, type === "filter" ? [NEW_CONNECTIONS, jump(target)] : [jump(target)])),
  }));
}
