/** KUBE-EXT: the entry for traffic to external IPs, load balancers and node ports. */
import type { Rule } from "../../rulesets/iptables/types.js";
import { MARK_MASQ } from "./chain-names.js";
import { comment, jump, originOf, rule, SOURCE_LOCAL } from "./clauses.js";
import type { RuleContext } from "./context.js";
import type { ServicePortPlan } from "./plan.js";

export function externalChainRules(plan: ServicePortPlan, context: RuleContext): Rule[] {
  if (!plan.hasExternalChain) return [];
  const { port, names } = plan;
  const chain = names.external;
  const origin = originOf(port);
  const rules: Rule[] = [];
  const text = (start: string) => comment(`${start} for ${port.name} external destinations`);
  if (!port.externalPolicyLocal) rules.push(rule(chain, [text("masquerade traffic")], jump(MARK_MASQ), origin));
  else {
    // Pods and the node itself may use every endpoint; only the node's own traffic needs a new source.
    if (context.ifLocal) rules.push(rule(chain, [text("pod traffic"), context.ifLocal], jump(names.cluster), origin));
    rules.push(
      rule(chain, [text("masquerade LOCAL traffic"), SOURCE_LOCAL], jump(MARK_MASQ), origin),
      rule(chain, [text("route LOCAL traffic"), SOURCE_LOCAL], jump(names.cluster), origin),
    );
  }
  if (!plan.externalRefusal) rules.push(rule(chain, [], jump(plan.externalChain), origin));
  return rules;
}
