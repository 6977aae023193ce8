/** The chains that belong to one service port, each with its rules by itself. */
import type { Rule } from "../../rulesets/iptables/types.js";
import type { RuleContext } from "./context.js";
import { spreadRules } from "./dispatch-chain.js";
import type { EndpointChains } from "./endpoint-chains.js";
import { endpointRuleParts, pushChain, type EndpointRuleParts } from "./endpoint-chain.js";
import { externalChainRules } from "./external-chain.js";
import { firewallChainRules } from "./firewall-chain.js";
import type { ServicePortPlan } from "./plan.js";
import { clusterIPMasqueradeRules } from "./service-capture.js";

/** A chain of one service port. */
export interface OwnChain {
  readonly name: string;
  readonly owner: ChainOwner;
  /** Address of the endpoint whose chain it is; undefined for the others. */
  readonly ip: string | undefined;
  /** Where it sends to, if that is not the address with the port of all. */
  readonly target: string | undefined;
}

/** What the chains of a service port share. */
export interface ChainOwner extends EndpointRuleParts {
  readonly plan: ServicePortPlan;
  /** Endpoint chains of all that have the same differ in name, address and target alone; undefined where others do not. */
  readonly alike: string | undefined;
}

/** The chains of a service port. */
export interface PortChains {
  readonly owner: ChainOwner;
  /** Names of those that are no endpoint's. */
  readonly service: readonly string[];
  readonly endpoints: EndpointChains;
}

export function chainsOfPort(plan: ServicePortPlan, { largeCluster }: RuleContext): PortChains {
  const sort = plan.protocol + (plan.port.affinitySeconds === undefined ? "" : " with affinity");
  // In a small cluster their comments name the service port.
  const owner: ChainOwner = { plan, alike: largeCluster ? sort : undefined, ...endpointRuleParts(plan) };
  return { owner, service: serviceChainsOf(plan), endpoints: plan.reachable };
}

/** In the order kube-proxy declares them. */
export function ownChainsOf({ owner, service, endpoints }: PortChains): OwnChain[] {
  const own = service.map((name) => serviceChain(owner, name));
  const names = endpoints.chains;
  for (let i = 0; i < names.length; i++) own.push(endpointChain(owner, endpoints, names, i));
  return own;
}

export function serviceChain(owner: ChainOwner, name: string): OwnChain {
  return { name, owner, ip: undefined, target: undefined };
}

/** `names`: those of the endpoints. */
export function endpointChain(
  owner: ChainOwner,
  { ips, targets }: EndpointChains,
  names: readonly string[],
  i: number,
): OwnChain {
  return { name: names[i]!, owner, ip: ips[i]!, target: targets?.[i] };
}

/** The chains of a service port but those of its endpoints. */
export function serviceChainsOf(plan: ServicePortPlan): string[] {
  const { names } = plan;
  const chains: string[] = [];
  if (plan.hasExternalChain) chains.push(names.external);
  if (plan.hasFirewallChain) chains.push(names.firewall);
  if (plan.hasClusterChain) chains.push(names.cluster);
  if (plan.hasLocalChain) chains.push(names.local);
  return chains;
}

/** The rules of the chain, in their order: the same as among those of all chains. */
export function rulesOfOwnChain({ name, owner, ip, target }: OwnChain, context: RuleContext): readonly Rule[] {
  if (ip !== undefined) {
    const rules: Rule[] = [];
    pushChain(rules, name, ip, target, owner, context);
    return rules;
  }
  const { plan } = owner;
  if (name === plan.names.external) return externalChainRules(plan, context);
  if (name === plan.names.firewall) return firewallChainRules(plan, context);
  const spread = spreadRules(plan, name, context);
  return name === plan.internalChain ? [...clusterIPMasqueradeRules(plan, context), ...spread] : spread;
}
