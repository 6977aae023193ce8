/** Who may make the pods that a selector asks for, where no workload of the input does. */
import type { CustomResource } from "../kube/types.js";
import { namespaceOf } from "./describe.js";
import { OPERATORS, type Operator } from "./operator-table.js";

type Labels = Readonly<Record<string, string>>;

/** Custom resources that choose pods others make: labels in their specs make none. */
const CHOOSERS = /(?:Monitor|Policy|Probe|Rule|Route|Gateway|Listener|Issuer|Certificate|Composition)$/;

function coversKey(pattern: string, key: string): boolean {
  const slash = key.indexOf("/");
  if (slash < 0) return pattern === key;
  const prefix = key.slice(0, slash);
  return pattern.startsWith(".") ? prefix.endsWith(pattern) : prefix === pattern || prefix.endsWith(`.${pattern}`);
}

function groupOf({ apiVersion }: CustomResource): string {
  return apiVersion.slice(0, Math.max(apiVersion.indexOf("/"), 0));
}

function operatorOf(resource: CustomResource): Operator | undefined {
  const group = groupOf(resource);
  return OPERATORS.find(({ groups }) =>
    groups.some((known) => (known.startsWith(".") ? group.endsWith(known) : group === known)),
  );
}

function matchesPattern(pattern: string, value: string, { metadata }: CustomResource): boolean {
  if (pattern === "*") return true;
  const filled = pattern.replaceAll("NAMESPACE", metadata.namespace ?? "default").replaceAll("NAME", metadata.name);
  return filled === value;
}

/** Whether the operator puts every one of the labels on pods of this resource, and one of them tells of it. */
function putsOn(operator: Operator, resource: CustomResource, pairs: readonly (readonly [string, string])[]): boolean {
  return pairs.every(
    ([key, value]) =>
      operator.keys.some((pattern) => coversKey(pattern, key)) ||
      (operator.labels !== undefined &&
        Object.hasOwn(operator.labels, key) &&
        operator.labels[key]!.some((pattern) => matchesPattern(pattern, value, resource))) ||
      resource.metadata.labels?.[key] === value,
  );
}

/** Who may make pods with the labels: to follow "its pods are made by". */
export interface PodMaker {
  readonly text: string;
  /** The custom resource, where the input holds it. */
  readonly resource?: CustomResource;
}

function carries(
  { labelMaps, metadata, kind }: CustomResource,
  pairs: readonly (readonly [string, string])[],
): boolean {
  if (CHOOSERS.test(kind)) return false;
  const isIn = (labels: Labels | undefined) =>
    labels !== undefined && pairs.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
  // Operators mostly hand the labels of the resource itself on to its pods.
  return isIn(metadata.labels) || labelMaps.some(({ labels }) => isIn(labels));
}

/** The resource that the labels speak of most: by its name as a value, then by the words of its kind; the first of equals. */
function likeliest(
  resources: readonly CustomResource[],
  pairs: readonly (readonly [string, string])[],
): CustomResource | undefined {
  const text = pairs.flat().join(" ").toLowerCase();
  const score = ({ kind, metadata }: CustomResource) => {
    const words = kind.match(/[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])/g) ?? [kind];
    const named = pairs.filter(([, value]) => value === metadata.name).length;
    return named * 10 + (words.every((word) => text.includes(word.toLowerCase())) ? words.length : 0);
  };
  return resources.reduce<CustomResource | undefined>(
    (best, resource) => (best === undefined || score(resource) > score(best) ? resource : best),
    undefined,
  );
}

/** The custom resource of the namespace from which an operator makes pods with these labels; undefined when none may. */
export function findPodMaker(selector: Labels, resources: readonly CustomResource[]): PodMaker | undefined {
  const pairs = Object.entries(selector);
  const carrying = resources.find((resource) => carries(resource, pairs));
  if (carrying)
    return { resource: carrying, text: `${carrying.kind} ${carrying.metadata.name}, which carries the labels` };
  const made = resources.filter((resource) => {
    const operator = operatorOf(resource);
    return operator && !CHOOSERS.test(resource.kind) && putsOn(operator, resource, pairs);
  });
  const resource = likeliest(made, pairs);
  if (resource)
    return { resource, text: `${operatorOf(resource)!.name} from ${resource.kind} ${resource.metadata.name}` };
  const known = OPERATORS.find(({ keys }) => keys.some((pattern) => pairs.some(([key]) => coversKey(pattern, key))));
  return known && { text: `${known.name}, by the labels that the selector asks for` };
}

/** Labels of the control plane's static pods, which the kubelet of a node reads from files. */
const STATIC_PODS: ReadonlySet<string> = new Set([
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "cloud-controller-manager",
  "kube-proxy",
  "kube-vip",
]);

/** Whether the selector asks for pods that no object of the API makes. */
export function asksForStaticPods(selector: Labels, namespace: string): boolean {
  if (namespace !== "kube-system" && !namespace.startsWith("openshift-")) return false;
  return (
    selector["tier"] === "control-plane" ||
    ["component", "k8s-app", "app"].some((key) => STATIC_PODS.has(selector[key] ?? ""))
  );
}

/** The custom resources of a namespace, indexed once. */
export function indexResources(resources: readonly CustomResource[]): (namespace: string) => readonly CustomResource[] {
  const byNamespace = new Map<string, CustomResource[]>();
  for (const resource of resources) {
    const namespace = namespaceOf(resource);
    const list = byNamespace.get(namespace);
    if (list) list.push(resource);
    else byNamespace.set(namespace, [resource]);
  }
  return (namespace) => byNamespace.get(namespace) ?? [];
}
