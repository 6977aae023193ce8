/** The chains that belong to one service port, each with its rules by itself. */
import type { Rule } from "../../rulesets/iptables/types.js";
import type { RuleContext } from "./context.js";
import { dispatchRules } from "./dispatch-chain.js";
import { endpointChainRules } from "./endpoint-chain.js";
import { externalChainRules } from "./external-chain.js";
import { firewallChainRules } from "./firewall-chain.js";
import type { ServicePortPlan } from "./plan.js";
import { clusterIPMasqueradeRules } from "./service-capture.js";

/** A chain of one service port. */
export interface OwnChain {
  readonly name: string;
  readonly plan: ServicePortPlan;
  /** Index of the endpoint whose chain it is; -1 for the others. */
  readonly endpoint: number;
}

/** In the order kube-proxy declares them. */
export function ownChainsOf(plan: ServicePortPlan): OwnChain[] {
  const own: OwnChain[] = serviceChainsOf(plan).map((name) => ({ name, plan, endpoint: -1 }));
  const { chains } = plan.reachable;
  for (let i = 0; i < chains.length; i++) own.push({ name: chains[i]!, plan, endpoint: i });
  return own;
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
export function rulesOfOwnChain({ name, plan, endpoint }: OwnChain, context: RuleContext): readonly Rule[] {
  if (endpoint >= 0) return endpointChainRules(plan, endpoint, context);
  if (name === plan.names.external) return externalChainRules(plan, context);
  if (name === plan.names.firewall) return firewallChainRules(plan, context);
  return [...clusterIPMasqueradeRules(plan, context), ...dispatchRules(plan, context)].filter(
    ({ chain }) => chain === name,
  );
}
