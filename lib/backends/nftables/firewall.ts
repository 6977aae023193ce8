/** `firewall-` chains: who may use the load-balancer addresses of a service. */
import { cidrContains } from "../../net/cidr.js";
import type { NftRule } from "../../rulesets/nftables/types.js";
import type { TableContext } from "./context.js";
import type { ServicePortPlan } from "./plan.js";
import { DROP, match, rule, setOf } from "./statements.js";

/** One rule that drops every other source. A node that is allowed may also come with the address itself as source. */
export function firewallChainRules(chain: string, plan: ServicePortPlan, context: TableContext): NftRule[] {
  const { sourceRanges, loadBalancerVIPs } = plan.port;
  const sources = sourceRanges.map(({ text }) => text);
  const { nodeIP } = context;
  if (nodeIP && sourceRanges.some(({ cidr }) => cidrContains(cidr, nodeIP))) sources.push(...loadBalancerVIPs);
  return [rule(chain, [match(context.saddr, setOf(sources), "!="), DROP], undefined, plan.origin)];
}
