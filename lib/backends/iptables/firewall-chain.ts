/** KUBE-FW: lets the allowed source ranges of a load balancer through. */
import type { Rule } from "../../rulesets/iptables/types.js";
import { cidrContains } from "../../net/cidr.js";
import { parseIP } from "../../net/ip.js";
import { comment, jump, originOf, rule } from "./clauses.js";
import type { RuleContext } from "./context.js";
import type { ServicePortPlan } from "./plan.js";

export function firewallChainRules(plan: ServicePortPlan, context: RuleContext): Rule[] {
  if (!plan.hasFirewallChain) return [];
  const { port, names } = plan;
  const origin = originOf(port);
  const text = comment(`${port.name} loadbalancer IP`);
  const external = jump(names.external);
  const allow = (address: string) => rule(names.firewall, [text, { kind: "source", address }], external, origin);
  const nodeIP = parseIP(context.input.node.ip[context.input.family]);
  // The node reaches its own load balancer with the balancer's address as source.
  const allowsNode = nodeIP !== undefined && port.sourceRanges.some((range) => cidrContains(range.cidr, nodeIP));
  return [
    ...port.sourceRanges.map((range) => allow(range.text)),
    ...(allowsNode ? port.loadBalancerVIPs.map(allow) : []),
    // No target on purpose: it only counts what KUBE-PROXY-FIREWALL drops.
    rule(
      names.firewall,
      [comment(`other traffic to ${port.name} will be dropped by KUBE-PROXY-FIREWALL`)],
      { kind: "none" },
      origin,
    ),
  ];
}
