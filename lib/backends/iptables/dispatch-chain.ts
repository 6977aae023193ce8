/** KUBE-SVC and KUBE-SVL: spread connections over endpoints, affine clients first. */
import type { Clause, Rule } from "../../rulesets/iptables/types.js";
import { comment, jump, originOf, rule } from "./clauses.js";
import type { RuleContext } from "./context.js";
import { targetOf } from "./endpoint-chains.js";
import type { ServicePortPlan } from "./plan.js";

export function dispatchRules(plan: ServicePortPlan, context: RuleContext): Rule[] {
  return [
    ...(plan.hasClusterChain ? spreadRules(plan, plan.names.cluster, context) : []),
    ...(plan.hasLocalChain ? spreadRules(plan, plan.names.local, context) : []),
  ];
}

/** The rules of one of the two, which the service port has. */
export function spreadRules(plan: ServicePortPlan, chain: string, { largeCluster }: RuleContext): Rule[] {
  const { port } = plan;
  const endpoints = chain === plan.names.local ? plan.local : plan.cluster;
  const origin = originOf(port);
  const rules: Rule[] = [];
  const { chains } = endpoints;
  const n = chains.length;
  const named = (i: number): Clause[] => (largeCluster ? [] : [comment(`${port.name} -> ${targetOf(endpoints, i)}`)]);
  if (port.affinitySeconds !== undefined)
    for (let i = 0; i < n; i++) {
      const clauses = named(i);
      clauses.push({
        kind: "recent",
        name: chains[i]!,
        action: "rcheck",
        seconds: port.affinitySeconds,
        reap: true,
      });
      rules.push(rule(chain, clauses, jump(chains[i]!), origin));
    }
  for (let i = 0; i < n; i++) {
    const clauses = named(i);
    if (i < n - 1) clauses.push({ kind: "statistic", mode: "random", probability: 1 / (n - i) });
    rules.push(rule(chain, clauses, jump(chains[i]!), origin));
  }
  return rules;
}
