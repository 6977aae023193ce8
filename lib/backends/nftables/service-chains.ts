/** `service-` and `local-` chains: choose one of the endpoints of a policy. */
import type { Expression, NftRule, Statement } from "../../rulesets/nftables/types.js";
import type { TableContext } from "./context.js";
import { MARK_FOR_MASQUERADE } from "./names.js";
import type { EndpointPlan, ServicePortPlan } from "./plan.js";
import { goTo, inSet, jump, literal, match, matchProtocol, payload, rule } from "./statements.js";

/** The rules of one policy chain. `endpoints`: of that policy, in order. */
export function policyChainRules(
  chain: string,
  endpoints: readonly EndpointPlan[],
  plan: ServicePortPlan,
  context: TableContext,
): NftRule[] {
  const { origin } = plan;
  const rules: NftRule[] = [];
  const masquerade = clusterIPMasquerade(chain, plan, context);
  if (masquerade) rules.push(rule(chain, masquerade, undefined, origin));
  for (const endpoint of endpoints) {
    if (endpoint.affinitySet === undefined || endpoint.chain === undefined) continue;
    const statements = [inSet(context.saddr, endpoint.affinitySet), goTo(endpoint.chain)];
    rules.push(rule(chain, statements, undefined, origin));
  }
  rules.push(rule(chain, balance(endpoints, plan, context), undefined, origin));
  return rules;
}

/** An even choice among the endpoints: by their chains, or at once by DNAT where they have none. */
function balance(endpoints: readonly EndpointPlan[], plan: ServicePortPlan, { ip }: TableContext): Statement[] {
  const key: Expression = { kind: "numgen", mode: "random", modulus: endpoints.length };
  if (endpoints.every(({ chain }) => chain === undefined)) {
    const targets = endpoints.map(({ endpoint }) => ({ address: endpoint.ip, port: endpoint.port }));
    return [matchProtocol(plan.protocol), { kind: "dnat-map", family: ip, key, targets }];
  }
  const entries = endpoints.map(({ chain }, i) => ({
    key: literal(i),
    verdict: { kind: "goto" as const, chain: chain! },
  }));
  return [{ kind: "vmap", key, map: { entries } }];
}

/** Up to 1.35: marks traffic to the cluster IP for masquerading, in the chain that serves it. */
function clusterIPMasquerade(
  chain: string,
  { hasInternal, internalTarget, port, protocol }: ServicePortPlan,
  { input, daddr, ifNotLocal }: TableContext,
): Statement[] | undefined {
  const { features, config } = input;
  if (features.nftHairpinSet || !hasInternal || chain !== internalTarget) return undefined;
  if (!config.nftables.masqueradeAll && !ifNotLocal) return undefined;
  const statements = [match(daddr, literal(port.clusterIP))];
  if (features.nftMasqueradeRuleHasPort) statements.push(match(payload(protocol, "dport"), literal(port.port)));
  if (!config.nftables.masqueradeAll && ifNotLocal) statements.push(ifNotLocal);
  statements.push(jump(MARK_FOR_MASQUERADE));
  return statements;
}
