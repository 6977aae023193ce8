/** Rules that catch traffic to a service port's addresses and node port. */
import type { Rule } from "../../rulesets/iptables/types.js";
import { NODEPORTS, SERVICES } from "./chain-names.js";
import { bareComment, comment, jump, LOCALHOST, originOf, rule, toAddress, toPort } from "./clauses.js";
import type { RuleContext } from "./context.js";
import type { ServicePortPlan } from "./plan.js";

export function captureRules(plan: ServicePortPlan, context: RuleContext): Rule[] {
  const { port, names } = plan;
  const origin = originOf(port);
  const rules: Rule[] = [];
  const catchAddress = (what: string, address: string, chain: string) =>
    rules.push(rule(SERVICES, [comment(`${port.name} ${what}`), ...toAddress(plan, address)], jump(chain), origin));

  if (!plan.internalRefusal) catchAddress("cluster IP", port.clusterIP, plan.internalChain);
  if (!plan.hasAny) return rules;
  for (const ip of port.externalIPs) catchAddress("external IP", ip, names.external);
  const balancerChain = plan.hasFirewallChain ? names.firewall : names.external;
  for (const vip of port.loadBalancerVIPs) catchAddress("loadbalancer IP", vip, balancerChain);
  if (port.nodePort !== 0) {
    const toNodePort = toPort(plan.protocol, port.nodePort);
    const external = jump(names.external);
    if (context.localhostNodePorts && context.nfacct)
      rules.push(
        rule(
          NODEPORTS,
          [
            bareComment(port.name),
            toNodePort,
            { kind: "destination", address: LOCALHOST },
            { kind: "nfacct", name: "localhost_nps_accepted_pkts" },
          ],
          external,
          origin,
        ),
      );
    rules.push(rule(NODEPORTS, [bareComment(port.name), toNodePort], external, origin));
  }
  return rules;
}

/** Masquerading of traffic to the cluster IP that does not come from a local pod; stands in the chain that catches it. */
export function clusterIPMasqueradeRules(plan: ServicePortPlan, context: RuleContext): Rule[] {
  const { masqueradeAll, ifNotLocal } = context;
  if (plan.internalRefusal || (!masqueradeAll && !ifNotLocal)) return [];
  const clauses = [comment(`${plan.port.name} cluster IP`), ...toAddress(plan, plan.port.clusterIP)];
  if (!masqueradeAll) clauses.push(ifNotLocal!);
  return [rule(plan.internalChain, clauses, jump("KUBE-MARK-MASQ"), originOf(plan.port))];
}
