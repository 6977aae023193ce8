/** `external-` chains: traffic to external addresses and node ports, by external policy. */
import type { NftRule, Statement } from "../../rulesets/nftables/types.js";
import type { TableContext } from "./context.js";
import { MARK_FOR_MASQUERADE } from "./names.js";
import type { ServicePortPlan } from "./plan.js";
import { fib, goTo, jump, literal, match, rule } from "./statements.js";

const FROM_THE_NODE = match(fib("saddr", "type"), literal("local"));

export function externalChainRules(chain: string, plan: ServicePortPlan, context: TableContext): NftRule[] {
  const rules: NftRule[] = [];
  const add = (comment: string | undefined, ...statements: Statement[]) =>
    rules.push(rule(chain, statements, comment, plan.origin));
  const inPlace = context.input.features.nftHairpinSet;
  const masquerade = inPlace ? context.setMark : jump(MARK_FOR_MASQUERADE);
  if (!plan.port.externalPolicyLocal) add(inPlace ? "masquerade" : undefined, masquerade);
  else if (plan.clusterChain !== undefined) {
    // Traffic of this node never needs to keep its source, so it may use any endpoint.
    const shortCircuit = goTo(plan.clusterChain);
    if (context.ifLocal) add("short-circuit pod traffic", context.ifLocal, shortCircuit);
    add("masquerade local traffic", FROM_THE_NODE, masquerade);
    add("short-circuit local traffic", FROM_THE_NODE, shortCircuit);
  }
  if (plan.hasExternal && plan.externalTarget !== undefined) add(undefined, goTo(plan.externalTarget));
  return rules;
}
