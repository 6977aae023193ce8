/** KUBE-SVC and KUBE-SVL: spread connections over endpoints, affine clients first. */
import type { Clause, Rule } from "../../rulesets/iptables/types.js";
import { comment, jump, originOf, rule } from "./clauses.js";
import type { RuleContext } from "./context.js";
import type { EndpointPlan, ServicePortPlan } from "./plan.js";

export function dispatchRules(plan: ServicePortPlan, context: RuleContext): Rule[] {
  return [
    ...(plan.hasClusterChain ? spread(plan, plan.names.cluster, plan.cluster, context) : []),
    ...(plan.hasLocalChain ? spread(plan, plan.names.local, plan.local, context) : []),
  ];
}

function spread(
  { port }: ServicePortPlan,
  chain: string,
  endpoints: readonly EndpointPlan[],
  { largeCluster }: RuleContext,
): Rule[] {
  const origin = originOf(port);
  const rules: Rule[] = [];
  const named = (plan: EndpointPlan): Clause[] =>
    largeCluster ? [] : [comment(`${port.name} -> ${plan.endpoint.target}`)];
  if (port.affinitySeconds !== undefined)
    for (const plan of endpoints) {
      const clauses = named(plan);
      clauses.push({
        kind: "recent",
        name: plan.chain,
        action: "rcheck",
        seconds: port.affinitySeconds,
        reap: true,
      });
      rules.push(rule(chain, clauses, jump(plan.chain), origin));
    }
  const n = endpoints.length;
  for (const [i, plan] of endpoints.entries()) {
    const clauses = named(plan);
    if (i < n - 1) clauses.push({ kind: "statistic", mode: "random", probability: 1 / (n - i) });
    rules.push(rule(chain, clauses, jump(plan.chain), origin));
  }
  return rules;
}
