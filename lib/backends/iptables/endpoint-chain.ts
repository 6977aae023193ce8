/** KUBE-SEP: sends a connection to one endpoint. */
import type { Clause, Rule } from "../../rulesets/iptables/types.js";
import { MARK_MASQ } from "./chain-names.js";
import { bareComment, jump, originOf, rule } from "./clauses.js";
import type { RuleContext } from "./context.js";
import { targetOf } from "./endpoint-chains.js";
import type { ServicePortPlan } from "./plan.js";

const MASQUERADE = jump(MARK_MASQ);

/** The rules of all endpoint chains of a service port. */
export function endpointRules(plan: ServicePortPlan, context: RuleContext): Rule[] {
  const rules: Rule[] = [];
  const shared = sharedParts(plan);
  for (let i = 0; i < plan.reachable.ips.length; i++) pushChain(rules, plan, i, context, shared);
  return rules;
}

/** The rules of one of them. */
export function endpointChainRules(plan: ServicePortPlan, endpoint: number, context: RuleContext): Rule[] {
  const rules: Rule[] = [];
  pushChain(rules, plan, endpoint, context, sharedParts(plan));
  return rules;
}

function sharedParts({ port, protocol }: ServicePortPlan) {
  const transport: Clause = { kind: "transport", protocol };
  return { origin: originOf(port), name: bareComment(port.name), transport };
}

function pushChain(
  rules: Rule[],
  { port, reachable }: ServicePortPlan,
  i: number,
  { largeCluster }: RuleContext,
  { origin, name, transport }: ReturnType<typeof sharedParts>,
): void {
  const chain = reachable.chains[i]!;
  // Hairpin: a pod that reaches itself through the service must see a foreign source.
  const source: Clause = { kind: "source", address: reachable.ips[i]! };
  rules.push(rule(chain, largeCluster ? [source] : [name, source], MASQUERADE, origin));
  const clauses: Clause[] = largeCluster ? [] : [name];
  if (port.affinitySeconds !== undefined) clauses.push({ kind: "recent", name: chain, action: "set" });
  clauses.push(transport);
  rules.push(rule(chain, clauses, { kind: "dnat", to: targetOf(reachable, i) }, origin));
}
