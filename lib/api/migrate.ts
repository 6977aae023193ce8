/** What a change of mode or release does to a cluster's Services. */
import type { BackendInput } from "../backends/input.js";
import { makeNodeView } from "../cluster/node-view.js";
import type { Cluster, NodeView } from "../cluster/types.js";
import type { ProxyMode } from "../config/proxy-config.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { createEndpointResolver } from "../endpoints/resolve.js";
import { nodeAddressOf } from "../explain/clients.js";
import { cleanupSteps } from "../migrate/cleanup.js";
import type { MigrateView } from "../migrate/migrate-view.js";
import { migrate as compareSides, migrateView, type Migration } from "../migrate/migrate.js";
import type { Side } from "../migrate/types.js";
import { familyOfIP, type IPFamily } from "../net/ip.js";
import { compiledNode } from "../node/node-rules.js";
import { backendInput, isWanted } from "../pipeline/compile.js";
import { selectServices, type Selection } from "../pipeline/select-services.js";
import { settleSituation, type Situation, type Wishes } from "../pipeline/situation.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import { findSkipReason } from "../services/skip-reason.js";
import type { Source } from "../source/source.js";
import { isFatal, readQuestion, timedBy, type QuestionOptions } from "./read-question.js";

export interface MigrateOptions extends QuestionOptions, Selection, Omit<Wishes, "mode" | "kubeVersion"> {
  /** The configured mode, else iptables, when left out. */
  readonly fromMode?: ProxyMode;
  /** As before, when left out. */
  readonly toMode?: ProxyMode;
  /** The node's, else the newest, when left out. */
  readonly fromVersion?: string;
  /** As before, when left out. */
  readonly toVersion?: string;
}

export interface MigrateResult {
  /** Undefined when there is no answer; a diagnostic says why. */
  readonly view: MigrateView | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Of another interface (a container bridge), where the input tells of one address only. */
const OTHER_ADDRESS: Readonly<Record<IPFamily, string>> = { IPv4: "172.17.0.1", IPv6: "fd00:aaaa::1" };

/**
 * Compares what two modes or releases do with the packets of every frontend, and says what is to be cleaned up.
 *
 * @example
 * import { migrate, sourceFromText } from "svcrules";
 *
 * const { view } = await migrate([sourceFromText("dump.yaml", dump)], { fromMode: "ipvs", toMode: "nftables" });
 * assert(view?.from.mode === "ipvs" && view.to.mode === "nftables");
 */
export async function migrate(sources: Iterable<Source>, options: MigrateOptions): Promise<MigrateResult> {
  const { cluster, proxyConfiguration, diagnostics: read } = readQuestion(sources, options);
  if (!cluster) return { view: undefined, diagnostics: locateDiagnostics(read) };
  const wishes = proxyConfiguration ? { ...options, proxyConfiguration } : options;
  const { situations, diagnostics: unsettled } = settleBoth(cluster, wishes);
  const { filter, diagnostics: unselected } = selectServices(cluster, options);
  const diagnostics = [...read, ...unsettled, ...unselected];
  if (!situations || isFatal(diagnostics, options.strict))
    return { view: undefined, diagnostics: locateDiagnostics(diagnostics) };
  const services = cluster.services.filter(({ metadata }) =>
    isWanted(metadata.namespace ?? "default", metadata.name, filter),
  );
  const view = await timedBy(options)("compare", () => compare(cluster, services, situations, options));
  return { view, diagnostics: locateDiagnostics(diagnostics) };
}

async function compare(
  cluster: Cluster,
  services: Cluster["services"],
  [before, after]: readonly [Situation, Situation],
  { ipFamily, node }: Wishes,
): Promise<MigrateView> {
  const families = (["IPv4", "IPv6"] as const).filter(
    (family) =>
      (ipFamily === undefined || ipFamily === family.toLowerCase()) &&
      services.some((service) => [before, after].some(({ features }) => !findSkipReason(service, family, features))),
  );
  const notes = new Set<string>();
  const found = await compareSides({
    cluster,
    services,
    families,
    node: before.node.name,
    otherNodes: node === undefined,
    resolve: createEndpointResolver(cluster, before.controllerFeatures),
    before: makeSide(cluster, before, notes),
    after: makeSide(cluster, after, notes),
    compile: compiledNode,
  });
  return migrateView(
    found,
    { from: sideView(before), to: sideView(after) },
    {
      nodes: cluster.nodes.map(({ metadata }) => metadata.name),
      holds: holdsText(found, before),
      steps: cleanupSteps({ from: { ...before, mode: before.mode }, to: { ...after, mode: after.mode } }),
    },
    found.differs ? [...notes] : [],
  );
}

/** Both situations; what holds for both is told once. What is not asked for the side after is as it was asked before. */
function settleBoth(
  cluster: Cluster,
  { fromMode, toMode = fromMode, fromVersion, toVersion = fromVersion, ...common }: MigrateOptions & Wishes,
): { readonly situations?: readonly [Situation, Situation]; readonly diagnostics: readonly Diagnostic[] } {
  const first = settleSituation(cluster, { ...common, mode: fromMode, kubeVersion: fromVersion });
  if (!first.situation) return { diagnostics: first.diagnostics };
  const second = settleSituation(cluster, { ...common, mode: toMode, kubeVersion: toVersion });
  const told = new Set(first.diagnostics.map(({ message }) => message));
  const diagnostics = [...first.diagnostics, ...second.diagnostics.filter(({ message }) => !told.has(message))];
  return second.situation ? { situations: [first.situation, second.situation], diagnostics } : { diagnostics };
}

function sideView({ mode, version }: Situation) {
  return { mode, kubeVersion: version.text };
}

/** `notes`: gets what was made up, while inputs are made. */
function makeSide(cluster: Cluster, situation: Situation, notes: Set<string>): Side {
  const known = new Map<string, BackendInput>();
  return {
    inputFor(node, family) {
      const key = `${family} ${node}`;
      let input = known.get(key);
      if (!input) {
        input = inputOn(cluster, situation, node, family, notes);
        known.set(key, input);
      }
      return input;
    },
  };
}

/** The input of a node, whose interfaces are told to have a second address when only one is known. */
function inputOn(
  cluster: Cluster,
  situation: Situation,
  name: string,
  family: IPFamily,
  notes: Set<string>,
): BackendInput {
  const object = cluster.nodes.find(({ metadata }) => metadata.name === name);
  const view: NodeView =
    name === situation.node.name ? situation.node : makeNodeView(name, object, situation.config, situation.features);
  const input = {
    ...backendInput(cluster, { ...situation, node: view }, {}, family),
    servicePorts: [],
    clusterEndpoints: 0,
  };
  const own = nodeAddressOf(input);
  const addresses = [...new Set([...view.interfaceAddresses, own])];
  if (addresses.filter((ip) => familyOfIP(ip) === family).length < 2) {
    addresses.push(OTHER_ADDRESS[family]);
    notes.add(`${OTHER_ADDRESS[family]} stands for any further address of a node`);
  }
  return { ...input, node: { ...view, interfaceAddresses: addresses } };
}

function holdsText({ counts }: Migration, { mode, node }: Situation): string {
  const ports = `${counts.servicePorts} service ports with ${counts.endpoints} endpoints`;
  return `${node.name === "" ? "a node" : node.name} holds rules of mode ${mode} for ${ports}`;
}
