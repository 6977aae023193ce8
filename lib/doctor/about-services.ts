/** Which findings are about chosen Services. */
import type { KubeObject, Service, Workload } from "../kube/types.js";
import { objectText } from "./describe.js";
import type { Problem } from "./types.js";

const SERVICE_NAME = "kubernetes.io/service-name";

/**
 * Tells whether a problem is about one of the Services: the Service itself, its slices and Endpoints, the pods and workloads
 * that it selects; of other objects, those in its namespace. What the whole cluster or a node has is about all of them.
 */
export function createAboutServices(services: readonly Service[]): (problem: Problem) => boolean {
  const texts = new Set(services.map(objectText));
  const namespaces = new Map<string, Service[]>();
  for (const service of services) {
    const own = namespaces.get(namespaceOf(service));
    if (own) own.push(service);
    else namespaces.set(namespaceOf(service), [service]);
  }
  const isAbout = (object: KubeObject): boolean => {
    if (object.kind === "Service") return texts.has(objectText(object));
    if (object.metadata.namespace === undefined) return true;
    const inNamespace = namespaces.get(namespaceOf(object));
    if (!inNamespace) return false;
    const service = serviceNameOf(object);
    if (service !== undefined) return inNamespace.some(({ metadata }) => metadata.name === service);
    const labels = podLabelsOf(object);
    return labels === undefined || inNamespace.some(({ spec }) => selects(spec.selector ?? {}, labels));
  };
  return ({ object, subject, concerns = [] }) =>
    subject !== undefined && texts.has(subject) ? true : !object || [object, ...concerns].some(isAbout);
}

function namespaceOf({ metadata }: KubeObject): string {
  return metadata.namespace ?? "default";
}

function serviceNameOf({ kind, metadata }: KubeObject): string | undefined {
  if (kind === "EndpointSlice") return metadata.labels?.[SERVICE_NAME];
  return kind === "Endpoints" ? metadata.name : undefined;
}

function podLabelsOf(object: KubeObject): Readonly<Record<string, string>> | undefined {
  if (object.kind === "Pod") return object.metadata.labels ?? {};
  return (object as Partial<Workload>).spec?.template?.metadata?.labels;
}

function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  const pairs = Object.entries(selector);
  return pairs.length > 0 && pairs.every(([key, value]) => labels[key] === value);
}
