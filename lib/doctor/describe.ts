/** Small words shared by the checks. */
import type { KubeObject } from "../kube/types.js";
import type { FieldPath, Place } from "../source/origin.js";
import type { Evidence } from "./types.js";

export function namespaceOf({ metadata }: KubeObject): string {
  return metadata.namespace ?? "default";
}

/** "ns/name". */
export function keyOf(object: KubeObject): string {
  return `${namespaceOf(object)}/${object.metadata.name}`;
}

const CLUSTER_SCOPED = new Set(["Node", "Namespace", "ServiceCIDR"]);

/** "Service prod/web", "Node node-1". */
export function objectText(object: KubeObject): string {
  const name = CLUSTER_SCOPED.has(object.kind) ? object.metadata.name : keyOf(object);
  return `${object.kind} ${name}`;
}

/** A field of an object; undefined for what was not read from a file. */
function placeOf(object: KubeObject, path: FieldPath, of?: "key" | "value"): Place | undefined {
  return object.origin && object.simulated !== "object"
    ? { origin: object.origin, path, ...(of && { of }) }
    : undefined;
}

/** Evidence at a field of an object. */
export function evidence(text: string, object: KubeObject, path: FieldPath, of?: "key" | "value"): Evidence {
  const at = placeOf(object, path, of);
  return at ? { text, at } : { text };
}

/** "a, b and c"; at most `limit` are named, the rest counted. */
export function listText(items: readonly string[], limit = 5): string {
  if (items.length > limit) return `${items.slice(0, limit).join(", ")} and ${items.length - limit} more`;
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** "1 pod", "3 pods". */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** "app=web,tier=front". */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

/** The name of a service port as in "port http" or "port 80". */
export function portText(port: { readonly name?: string; readonly port: number }): string {
  return port.name ? `${port.name}` : `${port.port}`;
}
