/** KUBE-SEP: sends a connection to one endpoint. */
import type { Clause, Rule } from "../../rulesets/iptables/types.js";
import { MARK_MASQ } from "./chain-names.js";
import { bareComment, jump, originOf, rule } from "./clauses.js";
import type { RuleContext } from "./context.js";
import { targetOf, type ServicePortPlan } from "./plan.js";

const MASQUERADE = jump(MARK_MASQ);

export function endpointRules(plan: ServicePortPlan, { largeCluster }: RuleContext): Rule[] {
  const { port } = plan;
  const origin = originOf(port);
  const name = bareComment(port.name);
  const transport: Clause = { kind: "transport", protocol: plan.protocol };
  const rules: Rule[] = [];
  const { reachable } = plan;
  for (let i = 0; i < reachable.ips.length; i++) {
    const chain = reachable.chains[i]!;
    // Hairpin: a pod that reaches itself through the service must see a foreign source.
    const source: Clause = { kind: "source", address: reachable.ips[i]! };
    rules.push(rule(chain, largeCluster ? [source] : [name, source], MASQUERADE, origin));
    const clauses: Clause[] = largeCluster ? [] : [name];
    if (port.affinitySeconds !== undefined) clauses.push({ kind: "recent", name: chain, action: "set" });
    clauses.push(transport);
    rules.push(rule(chain, clauses, { kind: "dnat", to: targetOf(reachable, i) }, origin));
  }
  return rules;
}
