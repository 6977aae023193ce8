/** What questions about services are answered from, one family at a time. */
import type { BackendInput, ServicePortWithEndpoints } from "../backends/input.js";
import type { Cluster } from "../cluster/types.js";
import type { NodeZones } from "../endpoints/node-zones.js";
import type { ServiceEndpoints } from "../endpoints/types.js";
import type { Service } from "../kube/types.js";
import type { TracedNode, Tracer } from "../trace/index.js";
import { prepareTrace } from "../trace/index.js";
import { chainPurpose } from "./chain-purpose.js";
import { chainRolesOf, type PortSubject } from "./subject.js";
import { endpointFactsOf, type PodFinder } from "./endpoint-facts.js";
import { frontendsOf } from "./frontends.js";
import type { PlaceBook } from "./place-book.js";
import { indexRules, type RuleIndex } from "./rule-index.js";
import type { TreeInput } from "./rule-tree.js";
import type { WordContext } from "./word-context.js";

export interface FamilyInput {
  readonly input: BackendInput;
  /** Of the services asked about. */
  readonly ports: readonly ServicePortWithEndpoints[];
  /** Compiled for those services, or read from a node. */
  readonly node: TracedNode;
  /** The address of the node that masqueraded packets come from; undefined: not known. */
  readonly ownAddress?: string;
}

export interface ExplainInput {
  readonly cluster: Cluster;
  readonly families: readonly FamilyInput[];
  readonly resolve: (service: Service) => ServiceEndpoints;
  readonly pods: PodFinder;
  readonly zones: NodeZones;
  readonly book: PlaceBook;
  /** Files with the node's rules; empty: rules are compiled. */
  readonly captures: readonly string[];
}

/** A family with what is worked out of it once. */
export interface FamilyContext extends FamilyInput {
  readonly tracer: Tracer;
  readonly index: RuleIndex;
  readonly tree: TreeInput;
  readonly subjects: readonly PortSubject[];
  readonly words: WordContext;
}

export function prepareFamily(family: FamilyInput, all: ExplainInput): FamilyContext {
  const { input, ports, node } = family;
  const index = indexRules(node);
  const byName = new Map(
    all.cluster.services.map((service) => [
      `${service.metadata.namespace ?? "default"}/${service.metadata.name}`,
      service,
    ]),
  );
  const slices = new Map<Service, ServiceEndpoints["slices"]>();
  const subjects = ports.map((own): PortSubject => {
    const service = byName.get(`${own.port.namespace}/${own.port.service}`)!;
    let found = slices.get(service);
    if (!found) slices.set(service, (found = all.resolve(service).slices));
    return {
      ...own,
      service,
      facts: endpointFactsOf(own, found, all.pods, input.features),
      frontends: frontendsOf(own.port, service),
      chains: chainRolesOf(own),
    };
  });
  return {
    ...family,
    tracer: prepareTrace(node),
    index,
    tree: { node, index, book: all.book, captured: all.captures.length > 0 },
    subjects,
    words: wordsOf(subjects, input.family, all.pods),
  };
}

function wordsOf(subjects: readonly PortSubject[], family: WordContext["family"], pods: PodFinder): WordContext {
  const names = new Map<string, string>();
  const purposes = new Map<string, string>();
  for (const { facts, chains } of subjects) {
    for (const { endpoint, podName } of facts) if (podName !== undefined) names.set(endpoint.target, `Pod ${podName}`);
    for (const [chain, { kind, target }] of chains)
      if (target !== undefined) {
        const name = names.get(target);
        const what = kind === "affinity" ? "clients that stay with" : "sends to";
        purposes.set(chain, `${what} ${target}${name === undefined ? "" : `, ${name}`}`);
      }
  }
  return {
    family,
    chainPurpose: (chain) => purposes.get(chain) ?? chainPurpose(chain),
    targetName: (target) => {
      const known = names.get(target);
      if (known !== undefined) return known;
      const pod = pods.byAddress(target.replace(/:\d+$/, "").replace(/^\[|\]$/g, ""));
      return pod && `Pod ${pod.metadata.namespace ?? "default"}/${pod.metadata.name}`;
    },
  };
}
