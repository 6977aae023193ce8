/** `service-` and `local-` chains: choose one of the endpoints of a policy. */
import type {
  DnatTarget,
  Expression,
  NftRule,
  Statement,
  Value,
  VerdictMapEntry,
} from "../../rulesets/nftables/types.js";
import type { TableContext } from "./context.js";
import { MARK_FOR_MASQUERADE } from "./names.js";
import { endpointChain, type EndpointChain, type PolicyTargets, type ServicePortPlan } from "./plan.js";
import { goTo, inSet, jump, literal, match, matchProtocol, payload, rule } from "./statements.js";

/** The rules of one policy chain. `targets`: of that policy, in order. */
export function policyChainRules(
  chain: string,
  targets: PolicyTargets,
  plan: ServicePortPlan,
  context: TableContext,
): NftRule[] {
  const { origin } = plan;
  const rules: NftRule[] = [];
  const masquerade = clusterIPMasquerade(chain, plan, context);
  if (masquerade) rules.push(rule(chain, masquerade, undefined, origin));
  const chains = targets.kind === "chains" ? targets.chains.map((i) => endpointChain(plan, i)) : [];
  for (const { name, affinitySet } of chains)
    if (affinitySet !== undefined)
      rules.push(rule(chain, [inSet(context.saddr, affinitySet), goTo(name)], undefined, origin));
  const statements =
    targets.kind === "chains" ? balanceChains(chains) : balanceTargets(targets.addresses, plan, context);
  rules.push(rule(chain, statements, undefined, origin));
  return rules;
}

const evenChoice = (among: number): Expression => ({ kind: "numgen", mode: "random", modulus: among });

/** Index keys of choices, made once. */
const INDEXES: Value[] = [];
const indexKey = (i: number): Value => (INDEXES[i] ??= literal(i));

function balanceChains(chains: readonly EndpointChain[]): Statement[] {
  const entries = chains.map(({ name }, i): VerdictMapEntry => ({
    key: indexKey(i),
    verdict: { kind: "goto", chain: name },
  }));
  return [{ kind: "vmap", key: evenChoice(chains.length), map: { entries } }];
}

/** Straight to the endpoints, without chains of theirs. */
function balanceTargets(
  targets: readonly DnatTarget[],
  { protocol }: ServicePortPlan,
  { ip, input }: TableContext,
): Statement[] {
  const [only] = targets;
  if (only && targets.length === 1 && input.features.nftSingleEndpointDNAT)
    return [matchProtocol(protocol), { kind: "dnat", ...only }];
  return [matchProtocol(protocol), { kind: "dnat-map", family: ip, key: evenChoice(targets.length), targets }];
}

/** Without the hairpin set: marks traffic to the cluster IP for masquerading, in the chain that serves it. */
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
