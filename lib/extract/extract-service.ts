/** The part of an input that answers about one Service are made of. */
import type { SplitSources } from "../bundle/split-bundles.js";
import { writeManifest } from "../bundle/write-manifest.js";
import type { Cluster } from "../cluster/types.js";
import type { Features } from "../config/features.js";
import { SERVICE_NAME_LABEL } from "../endpoints/slice-parts.js";
import { createEndpointResolver } from "../endpoints/resolve.js";
import type { KubeObject, Pod, Service } from "../kube/types.js";
import { BUNDLE, nameCaptures } from "../node/captures/capture-files.js";
import type { CaptureGroup } from "../node/captures/group-captures.js";
import { buildServicePorts } from "../services/build-service-ports.js";
import type { Source } from "../source/source.js";
import { chooseObjects } from "./choose-objects.js";
import { chooseServices } from "./choose-services.js";
import { keptCapture, learnCaptures } from "./extract-capture.js";
import { frontendsOf, Reach } from "./reach.js";
import type { RuleGraph } from "./rule-graph.js";
import { setWitnesses } from "./set-witnesses.js";
import { writtenObjects } from "./written-objects.js";

export interface ExtractedFile {
  /** Relative path. */
  readonly path: string;
  readonly chunks: readonly string[];
}

/** What is extracted from; captures are in no bundle, those of bundles are in `split`. */
export interface ExtractInput {
  readonly cluster: Cluster;
  /** Of the dump taken before the nodes, where one was. */
  readonly before: Cluster | undefined;
  readonly split: SplitSources;
  readonly captures: readonly CaptureGroup[];
  readonly features: Features;
  readonly controllerFeatures: Features;
}

/** What is asked for. */
export interface ExtractQuestion {
  /** A name, "ns/name", of one that only captures have. */
  readonly service: Service | string;
  readonly senders: ReadonlySet<Pod>;
  readonly nodes: ReadonlySet<string>;
}

/** The files of the extract, and the Services ("ns/name") that it is about. */
export function extractService(
  input: ExtractInput,
  { service, senders, nodes }: ExtractQuestion,
): { readonly files: ExtractedFile[]; readonly services: string[] } {
  const { cluster, before, split, captures, features } = input;
  const captured = [...nodes, ...split.nodes.map(({ node }) => node), ...captures.flatMap(({ node }) => node ?? [])];
  const question = { senders, nodes: new Set(captured) };
  // An input without any Service has no answer, so one stands in for a Service that only captures have.
  const chosen =
    typeof service === "string" ? cluster.services.slice(0, 1) : chooseServices(cluster, service, features);
  const named = typeof service === "string" ? [service] : [];
  const first = learn(chosen, input, question, named);
  const others = othersOf(first, input, question.nodes);
  const { services, objects, graphs } =
    others.length > 0 ? learn([...first.services, ...others], input, question, named) : first;
  const isBundle = split.roots.length > 0;
  const files = [
    { path: isBundle ? `${BUNDLE}cluster/after/objects.json` : "objects.json", chunks: writtenObjects(objects) },
    ...(before
      ? [{ path: `${BUNDLE}cluster/before/objects.json`, chunks: writtenObjects(sameObjects(before, services)) }]
      : []),
    ...(isBundle ? [{ path: `${BUNDLE}bundle.json`, chunks: [manifestOf(split)] }] : []),
    ...nameCaptures(split, captures, (name) => name).map(({ source, file }) => ({
      path: file,
      chunks: [...keptCapture(source, graphs.get(source)!)],
    })),
  ];
  return { files, services: [...named, ...services.map(keyOf)] };
}

interface Learnt {
  readonly services: readonly Service[];
  readonly objects: readonly KubeObject[];
  /** Of each capture. */
  readonly graphs: ReadonlyMap<Source, RuleGraph>;
}

/** What is kept of objects, and of rules, when these Services are. */
function learn(
  services: readonly Service[],
  { cluster, split, captures, features, controllerFeatures }: ExtractInput,
  question: Omit<ExtractQuestion, "service">,
  named: readonly string[],
): Learnt {
  const { objects } = chooseObjects(cluster, { services, ...question });
  const resolve = createEndpointResolver(cluster, controllerFeatures);
  const graphs = new Map<Source, RuleGraph>();
  for (const { sources } of [...split.nodes, ...captures]) {
    const reach = reachOf(services, objects, resolve, features);
    for (const name of named) reach.addName(name);
    const graph = learnCaptures(sources, reach);
    for (const source of sources) graphs.set(source, graph);
  }
  return { services, objects, graphs };
}

/** Services that the answer needs though it is not about them. */
function othersOf(first: Learnt, input: ExtractInput, nodes: ReadonlySet<string>): readonly Service[] {
  const hasSetRules = [...first.graphs.values()].some((graph) => graph.hasSetRules);
  const resolve = createEndpointResolver(input.cluster, input.controllerFeatures);
  const witnesses = hasSetRules ? setWitnesses(first.services, { ...input, resolve, nodes }) : [];
  return witnesses.length > 0 ? witnesses : (bystanderOf(first, input) ?? []);
}

/**
 * A node that serves none of the Services and others keeps one of the others: an empty listing of virtual servers would
 * say that it serves nothing at all.
 */
function bystanderOf({ graphs }: Learnt, { cluster, features }: ExtractInput): readonly Service[] | undefined {
  const emptied = [...graphs.values()].find(({ reach }) => reach.serversSeen.size > 0 && reach.serversMet === 0);
  if (!emptied) return undefined;
  const { serversSeen } = emptied.reach;
  const bystander = cluster.services.find((service) =>
    FAMILIES.some((family) =>
      buildServicePorts(service, family, features).some((port) => frontendsOf(port).some((ip) => serversSeen.has(ip))),
    ),
  );
  return bystander && [bystander];
}

const FAMILIES = ["IPv4", "IPv6"] as const;

function manifestOf({ nodes, namespaces }: SplitSources): string {
  return writeManifest({ createdBy: "svcrules extract", namespaces, nodes });
}

function reachOf(
  services: readonly Service[],
  objects: readonly KubeObject[],
  resolve: ReturnType<typeof createEndpointResolver>,
  features: Features,
): Reach {
  const reach = new Reach();
  for (const service of services) {
    const isServed = reach.addService(service, features);
    // Nothing sends packets on to the endpoints of a headless Service.
    if (isServed) for (const slice of resolve(service).slices) reach.addSlice(slice);
  }
  for (const object of objects)
    if (object.kind === "Node")
      for (const { address } of (object as Cluster["nodes"][number]).status?.addresses ?? [])
        reach.addNodeAddress(address);
  return reach;
}

/** Of an older dump: what tells whether the Services changed since. */
function sameObjects({ services, endpointSlices, endpoints }: Cluster, chosen: readonly Service[]): KubeObject[] {
  const names = new Set(chosen.map(keyOf));
  return [
    ...services.filter((own) => names.has(keyOf(own))),
    ...endpointSlices.filter(({ metadata }) =>
      names.has(`${metadata.namespace ?? "default"}/${metadata.labels?.[SERVICE_NAME_LABEL] ?? ""}`),
    ),
    ...endpoints.filter((own) => names.has(keyOf(own))),
  ];
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? "default"}/${metadata.name}`;
}
