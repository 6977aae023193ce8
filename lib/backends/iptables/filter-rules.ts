/** The filter rules of one service port: refused traffic, the load-balancer firewall, health checks. */
import type { Clause, Rule, Target } from "../../rulesets/iptables/types.js";
import { EXTERNAL_SERVICES, NODEPORTS, PROXY_FIREWALL, SERVICES } from "./chain-names.js";
import { ACCEPT, comment, DESTINATION_LOCAL, DROP, originOf, rule, toAddress, toPort } from "./clauses.js";
import type { Refusal, ServicePortPlan } from "./plan.js";

const REJECT: Target = { kind: "reject" };

export function filterRules(plan: ServicePortPlan): Rule[] {
  const { port, internalRefusal, externalRefusal } = plan;
  const origin = originOf(port);
  const rules: Rule[] = [];
  const refuse = (chain: string, { reason, verdict }: Refusal, ...clauses: Clause[]) =>
    rules.push(rule(chain, [comment(reason), ...clauses], verdict === "reject" ? REJECT : DROP, origin));

  if (internalRefusal) refuse(SERVICES, internalRefusal, ...toAddress(plan, port.clusterIP));
  if (externalRefusal)
    for (const ip of port.externalIPs) refuse(EXTERNAL_SERVICES, externalRefusal, ...toAddress(plan, ip));
  if (plan.hasFirewallChain) {
    const text = comment(`${port.name} traffic not accepted by ${plan.names.firewall}`);
    for (const vip of port.loadBalancerVIPs)
      rules.push(rule(PROXY_FIREWALL, [text, ...toAddress(plan, vip)], DROP, origin));
  }
  if (externalRefusal) {
    for (const vip of port.loadBalancerVIPs) refuse(EXTERNAL_SERVICES, externalRefusal, ...toAddress(plan, vip));
    if (port.nodePort !== 0)
      refuse(EXTERNAL_SERVICES, externalRefusal, DESTINATION_LOCAL, toPort(plan.protocol, port.nodePort));
  }
  if (port.healthCheckNodePort !== 0)
    rules.push(
      rule(
        NODEPORTS,
        [comment(`${port.name} health check node port`), toPort("tcp", port.healthCheckNodePort)],
        ACCEPT,
        origin,
      ),
    );
  return rules;
}
