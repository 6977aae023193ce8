/** `endpoint-` chains: send a connection to one endpoint. */
import type { NftRule } from "../../rulesets/nftables/types.js";
import type { TableContext } from "./context.js";
import { MARK_FOR_MASQUERADE } from "./names.js";
import type { EndpointPlan, ServicePortPlan } from "./plan.js";
import { jump, literal, match, matchProtocol, rule } from "./statements.js";

const TO_MARK = jump(MARK_FOR_MASQUERADE);

export function endpointChainRules(
  chain: string,
  { endpoint, affinitySet }: EndpointPlan,
  plan: ServicePortPlan,
  { input, saddr }: TableContext,
): NftRule[] {
  const rules: NftRule[] = [];
  const add = (...statements: NftRule["statements"]) => rules.push(rule(chain, statements, undefined, plan.origin));
  // Hairpin: a pod that reaches itself through the service must see a foreign source.
  if (!input.features.nftHairpinSet) add(match(saddr, literal(endpoint.ip)), TO_MARK);
  if (affinitySet !== undefined) add({ kind: "update-set", set: affinitySet, element: saddr });
  add(matchProtocol(plan.protocol), { kind: "dnat", address: endpoint.ip, port: endpoint.port });
  return rules;
}
