/**
 * kube-proxy's nftables mode: service ports to the table `kube-proxy` of one IP family.
 * Makes no text: `rulesets/nftables` prints it.
 */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { NftChain, NftRule, NftSet, NftTable } from "../../rulesets/nftables/types.js";
import { orderOfNames } from "../../util/order-of-names.js";
import type { BackendInput } from "../input.js";
import { baseChains } from "./base-chains.js";
import { makeTableContext, type TableContext } from "./context.js";
import { addElements, ElementTable } from "./elements.js";
import { endpointChainRules } from "./endpoint-chains.js";
import { externalChainRules } from "./external-chains.js";
import { firewallChainRules } from "./firewall.js";
import * as names from "./names.js";
import { planServicePort, type EndpointChain, type ServicePortPlan } from "./plan.js";
import { regularChains } from "./regular-chains.js";
import { policyChainRules } from "./service-chains.js";
import { affinitySets, containers } from "./sets.js";
import { commentTooLong, interfaceMatchFails } from "./warnings.js";

export interface NftProgram extends NftTable {
  readonly family: "ip" | "ip6";
  readonly diagnostics: readonly Diagnostic[];
}

/** A chain, and what its rules are made from. */
type PlannedChain = NftChain &
  (
    | { readonly kind: "fixed"; readonly rules: readonly NftRule[] }
    | { readonly kind: "cluster" | "local" | "external" | "firewall"; readonly plan: ServicePortPlan }
    | EndpointChain
  );

/**
 * The table of one family: chains, sets and maps by name, elements by key. Decisions are made once; rules are built
 * while they are iterated, so a large cluster's rules never stand in memory together.
 * Source: kube-proxy pkg/proxy/nftables/proxier.go, a full sync on a node without an older table.
 */
export function compileNftables(input: BackendInput): NftProgram {
  const context = makeTableContext(input);
  const diagnostics: Diagnostic[] = [];
  const report = (found: Diagnostic | undefined) => found && diagnostics.push(found);
  report(interfaceMatchFails(input));

  const chains = fixedChains(context);
  const elements = new ElementTable();
  for (const address of context.nodePortIPs ?? []) elements.add(names.NODEPORT_IPS, [address]);
  const sets: NftSet[] = [];
  for (const servicePort of input.servicePorts) {
    const plan = planServicePort(servicePort, !input.features.nftHairpinSet);
    addChains(chains, plan);
    addElements(elements, plan, servicePort.endpoints.reachable, context);
    for (const set of affinitySets(plan, context)) sets.push(set);
    report(commentTooLong(plan, input.features));
  }
  const sortedChains = byName(chains);
  const named = containers(context, elements);
  return {
    family: context.ip,
    name: names.TABLE,
    comment: "rules for kube-proxy",
    chains: sortedChains,
    sets: [
      ...byName([...sets, ...named.filter(({ kind }) => kind === "set")]),
      ...named.filter(({ kind }) => kind === "map"),
    ],
    rules: {
      *[Symbol.iterator]() {
        for (const chain of sortedChains) for (const rule of rulesOf(chain, context)) yield rule;
      },
    },
    counters: context.rejectedOnLocalhost.map(names.localhostRejectCounter).sort(),
    rulesOfChain: (chain) => rulesOf(chain as PlannedChain, context), // `chains` holds no others
    diagnostics,
  };
}

function byName<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return orderOfNames(items.map(({ name }) => name)).map((i) => items[i]!);
}

function fixedChains(context: TableContext): PlannedChain[] {
  const found: PlannedChain[] = baseChains(context.input.features).map(({ chain, rules }) => ({
    kind: "fixed",
    ...chain,
    rules,
  }));
  for (const [name, rules] of regularChains(context)) {
    const comment = name === names.REJECT ? "helper for @no-endpoint-services / @no-endpoint-nodeports" : undefined;
    found.push({ kind: "fixed", name, comment, rules });
  }
  return found;
}

function addChains(chains: PlannedChain[], plan: ServicePortPlan): void {
  const { origin } = plan;
  const add = (kind: "cluster" | "local" | "external" | "firewall", name: string | undefined) => {
    if (name !== undefined) chains.push({ kind, name, origin, plan });
  };
  add("cluster", plan.clusterChain);
  add("local", plan.localChain);
  add("external", plan.externalChain);
  add("firewall", plan.firewallChain);
  for (const chain of plan.endpointChains ?? []) chains.push(chain);
}

function rulesOf(planned: PlannedChain, context: TableContext): readonly NftRule[] {
  const { name } = planned;
  switch (planned.kind) {
    case "fixed":
      return planned.rules;
    case "cluster":
      return policyChainRules(name, planned.plan.cluster, planned.plan, context);
    case "local":
      return policyChainRules(name, planned.plan.local, planned.plan, context);
    case "external":
      return externalChainRules(name, planned.plan, context);
    case "firewall":
      return firewallChainRules(name, planned.plan, context);
    case "endpoint":
      return endpointChainRules(planned, context);
  }
}
