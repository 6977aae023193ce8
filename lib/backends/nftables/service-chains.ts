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
import { AFFINITY_PREFIX, ENDPOINT_PREFIX, MARK_FOR_MASQUERADE } from "./names.js";
import { endpointBase, type PolicyTargets, type ServicePortPlan } from "./plan.js";
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
  if (targets.kind === "endpoints") {
    rules.push(rule(chain, balanceTargets(targets.addresses, plan, context), undefined, origin));
    return rules;
  }
  const bases = targets.chains.map((i) => endpointBase(plan, i));
  if (plan.port.affinitySeconds !== undefined)
    for (const base of bases) {
      const isKnown = inSet(context.saddr, AFFINITY_PREFIX + base);
      rules.push(rule(chain, [isKnown, goTo(ENDPOINT_PREFIX + base)], undefined, origin));
    }
  rules.push(rule(chain, balanceChains(bases), undefined, origin));
  return rules;
}

const evenChoice = (among: number): Expression => ({ kind: "numgen", mode: "random", modulus: among });

/** Index keys of choices, made once. */
const INDEXES: Value[] = [];
const indexKey = (i: number): Value => (INDEXES[i] ??= literal(i));

/** `bases`: of the endpoints' names. */
function balanceChains(bases: readonly string[]): Statement[] {
  const entries = bases.map((base, i): VerdictMapEntry => ({
    key: indexKey(i),
    verdict: { kind: "goto", chain: ENDPOINT_PREFIX + base },
  }));
  return [{ kind: "vmap", key: evenChoice(bases.length), map: { entries } }];
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
