/** `endpoint-` chains: send a connection to one endpoint. */
import type { NftRule, Statement } from "../../rulesets/nftables/types.js";
import type { TableContext } from "./context.js";
import { MARK_FOR_MASQUERADE } from "./names.js";
import type { EndpointChain } from "./plan.js";
import { jump, literal, match, matchProtocol, rule } from "./statements.js";

const TO_MARK = jump(MARK_FOR_MASQUERADE);

export function endpointChainRules(
  { name, address, port, affinitySet, protocol, origin }: EndpointChain,
  { input, saddr }: TableContext,
): NftRule[] {
  const rules: NftRule[] = [];
  // Hairpin: a pod that reaches itself through the service must see a foreign source.
  if (!input.features.nftHairpinSet)
    rules.push(rule(name, [match(saddr, literal(address)), TO_MARK], undefined, origin));
  if (affinitySet !== undefined)
    rules.push(rule(name, [{ kind: "update-set", set: affinitySet, element: saddr }], undefined, origin));
  const dnat: Statement = { kind: "dnat", address, port };
  rules.push(rule(name, [matchProtocol(protocol), dnat], undefined, origin));
  return rules;
}
