/** The indexes that checks share; each is built when first asked for, so a run costs what it uses. */
import { findDNSService } from "../dns/zone-data.js";
import { indexPods } from "../endpoints/pod-index.js";
import type { Pod, Service } from "../kube/types.js";
import { createPolicyEvaluator, type PolicyEvaluator } from "../netpol/evaluate.js";
import { policyInputOf } from "../netpol/policy-input.js";
import { keyOf, namespaceOf } from "./describe.js";
import { indexLabelSets, indexLabelSetsElsewhere } from "./label-sets.js";
import { tellNodes } from "./node-facts.js";
import { indexResources } from "./operators.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { DoctorContext, DoctorInput, ServiceFacts } from "./types.js";

function lazy<T>(make: () => T): () => T {
  let value: { readonly made: T } | undefined;
  return () => (value ??= { made: make() }).made;
}

/** The selector of a Service that selects; an empty one is stored as none. */
export function selectorOf({ spec }: Service): Readonly<Record<string, string>> | undefined {
  if (spec.type === "ExternalName" || !spec.selector) return undefined;
  return Object.keys(spec.selector).length > 0 ? spec.selector : undefined;
}

/** Whether a Service of the namespace picks pods with these labels; `except` is not counted. */
export function isSelectedBy(
  services: readonly Service[],
  namespace: string,
  labels: Readonly<Record<string, string>>,
  except?: Service,
): boolean {
  return services.some((service) => {
    if (service === except || namespaceOf(service) !== namespace) return false;
    const selector = selectorOf(service);
    return selector !== undefined && Object.entries(selector).every(([key, value]) => labels[key] === value);
  });
}

/** A pod as a cluster runs it, not a manifest of one. */
function isRunPod({ simulated, status }: Pod): boolean {
  return simulated === undefined && status !== undefined;
}

/** Services by namespace and one pair of their selector, so that a pod's labels lead to them. */
function indexSelectors(services: readonly Service[]): (pod: Pod) => readonly Service[] {
  const index = new Map<string, Service[]>();
  for (const service of services) {
    const selector = selectorOf(service);
    if (!selector) continue;
    const [key, value] = Object.entries(selector)[0]!;
    const id = `${namespaceOf(service)}\0${key}\0${value}`;
    const list = index.get(id);
    if (list) list.push(service);
    else index.set(id, [service]);
  }
  return (pod) => {
    const { labels } = pod.metadata;
    if (!labels) return [];
    const namespace = namespaceOf(pod);
    return Object.entries(labels).flatMap(([key, value]) =>
      (index.get(`${namespace}\0${key}\0${value}`) ?? []).filter(({ spec }) =>
        Object.entries(spec.selector!).every(([k, v]) => Object.hasOwn(labels, k) && labels[k] === v),
      ),
    );
  };
}

/** The input with its indexes. */
export function createContext(input: DoctorInput): DoctorContext {
  const { cluster } = input;
  const pods = lazy(() => indexPods(cluster.pods, cluster.services));
  const owners = lazy(() => indexSelectors(cluster.services));
  const policies = lazy(() => createPolicyEvaluator(policyInputOf(cluster)));
  const policyNamespaces = lazy(() => new Set(cluster.networkPolicies.map(namespaceOf)));
  const services = lazy(() => new Map(cluster.services.map((service) => [keyOf(service), service])));
  const nodes = lazy(() => tellNodes(cluster.nodes));
  const workloads = lazy(
    () => new Map(cluster.workloads.map((w) => [`${namespaceOf(w)}/${w.kind} ${w.metadata.name}`, w])),
  );
  const podNamespaces = lazy(() => new Set(cluster.pods.filter(isRunPod).map(namespaceOf)));
  const dnsService = lazy(() => findDNSService(cluster));
  const labelSets = lazy(() => indexLabelSets(cluster));
  const customResources = lazy(() => indexResources(cluster.customResources));
  const elsewhere = lazy(() => indexLabelSetsElsewhere(cluster, labelSets()));
  return {
    ...input,
    captures: input.captures ?? [],
    get services() {
      return services();
    },
    get nodes() {
      return nodes();
    },
    get dnsService() {
      return dnsService();
    },
    get workloads() {
      return workloads();
    },
    get podNamespaces() {
      return podNamespaces();
    },
    get policies(): PolicyEvaluator {
      return policies();
    },
    selectPods: (service) => {
      const selector = selectorOf(service);
      return selector ? pods()(namespaceOf(service), selector) : [];
    },
    servicesOf: (pod) => owners()(pod),
    policiesIn: (namespace) => policyNamespaces().has(namespace),
    labelSetsIn: (namespace) => labelSets()(namespace),
    customResourcesIn: (namespace) => customResources()(namespace),
    labelSetsElsewhere: (selector, namespace) => elsewhere()(selector, namespace),
  };
}

/** Whether all of the pod's containers have ended, and none is started again. */
export function isFinished({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** What the checks ask about one Service; made anew for each and dropped after it, so memory stays flat. */
export function factsOf(service: Service, context: DoctorContext): ServiceFacts {
  const endpoints = context.endpointsOf(service);
  let readyCount = 0;
  for (const slice of endpoints.slices)
    for (const { conditions } of sliceEndpoints(slice)) if (conditions?.ready !== false) readyCount++;
  const selected = context.selectPods(service);
  return {
    service,
    namespace: namespaceOf(service),
    key: keyOf(service),
    selector: selectorOf(service),
    pods: selected.some(isFinished) ? selected.filter((pod) => !isFinished(pod)) : selected,
    endpoints,
    endpointsKnown:
      endpoints.source !== "unknown" &&
      endpoints.source !== "none" &&
      !(endpoints.source === "pods" && context.cluster.pods.length === 0),
    readyCount,
  };
}
