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
import { EndpointColumns } from "./endpoint-columns.js";
import { endpointChainRules } from "./endpoint-chains.js";
import { externalChainRules } from "./external-chains.js";
import { firewallChainRules } from "./firewall.js";
import * as names from "./names.js";
import { EndpointOrder } from "./endpoint-order.js";
import { planServicePort, type EndpointChain, type ServicePortPlan } from "./plan.js";
import { regularChains } from "./regular-chains.js";
import { policyChainRules } from "./service-chains.js";
import { affinitySet, containers } from "./sets.js";
import { commentTooLong, interfaceMatchFails } from "./warnings.js";

export interface NftProgram extends NftTable {
  readonly family: "ip" | "ip6";
  readonly diagnostics: readonly Diagnostic[];
  /** The same chains and sets without an object for each endpoint. */
  readonly byEndpoint: TableByEndpoint;
}

/** `chains` and `sets` of a table that has chains, and perhaps sets, for hundreds of thousands of endpoints. */
export interface TableByEndpoint {
  /** The other chains by name, those of endpoints being between the two. */
  readonly chainsBefore: readonly NftChain[];
  readonly chainsBehind: readonly NftChain[];
  readonly endpoints: EndpointOrder;
  /** The other sets, which come after those of endpoints, and the maps. */
  readonly otherSets: readonly NftSet[];
  /** Theirs, by the name of a set, without an object for each. */
  readonly elements: Pick<ElementTable, "textsOf" | "hasJust" | "elementsOfLabels">;
  readonly setNamed: (name: string, plan: ServicePortPlan) => NftSet;
  readonly rulesOfEndpoint: (chain: EndpointChain) => readonly NftRule[];
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
  const withChains: ServicePortPlan[] = [];
  const columns = new EndpointColumns();
  for (const servicePort of input.servicePorts) {
    const plan = planServicePort(servicePort, !input.features.nftHairpinSet, columns);
    if (plan.chained && plan.chained.count > 0) withChains.push(plan);
    addChains(chains, plan);
    addElements(elements, plan, servicePort.endpoints.reachable, context);
    report(commentTooLong(plan, input.features));
  }
  const sorted = byName(chains);
  const behind = sorted.findIndex(({ name }) => name > names.ENDPOINT_PREFIX);
  const named = containers(context, elements);
  const byEndpoint: TableByEndpoint = {
    chainsBefore: sorted.slice(0, behind),
    chainsBehind: sorted.slice(behind),
    endpoints: new EndpointOrder(columns, withChains),
    otherSets: [...byName(named.filter(({ kind }) => kind === "set")), ...named.filter(({ kind }) => kind === "map")],
    elements,
    setNamed: (name, plan) => affinitySet(name, plan, context),
    rulesOfEndpoint: (chain) => endpointChainRules(chain, context),
  };
  let allChains: readonly NftChain[] | undefined;
  let allSets: readonly NftSet[] | undefined;
  const program: NftProgram = {
    family: context.ip,
    name: names.TABLE,
    comment: "rules for kube-proxy",
    get chains() {
      return (allChains ??= chainsOf(byEndpoint));
    },
    get sets() {
      return (allSets ??= setsOf(byEndpoint));
    },
    rules: {
      *[Symbol.iterator]() {
        for (const chain of program.chains) yield* program.rulesOfChain!(chain);
      },
    },
    counters: context.rejectedOnLocalhost.map(names.localhostRejectCounter).sort(),
    rulesOfChain: (chain) => rulesOf(chain as PlannedChain, context), // `chains` holds no others
    diagnostics,
    byEndpoint,
  };
  return program;
}

function chainsOf({ chainsBefore, chainsBehind, endpoints }: TableByEndpoint): NftChain[] {
  const chains = [...chainsBefore];
  for (let n = 0; n < endpoints.length; n++) chains.push(endpoints.chainAt(n));
  for (const chain of chainsBehind) chains.push(chain);
  return chains;
}

function setsOf({ endpoints, otherSets, setNamed }: TableByEndpoint): NftSet[] {
  const sets: NftSet[] = [];
  for (let n = 0; n < endpoints.length; n++) {
    const plan = endpoints.planAt(n);
    if (plan.port.affinitySeconds !== undefined) sets.push(setNamed(names.AFFINITY_PREFIX + endpoints.baseAt(n), plan));
  }
  return [...sets, ...otherSets];
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
