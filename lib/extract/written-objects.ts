/** Objects as one List, in an order that hangs on their names alone. */
import type { KubeObject } from "../kube/types.js";
import { rawObject } from "./raw-object.js";

/** The text of a List with the objects as they were written; each once. */
export function writtenObjects(objects: readonly KubeObject[]): string[] {
  const chunks = ['{"apiVersion":"v1","kind":"List","items":['];
  let isFirst = true;
  for (const object of [...new Set(objects)].sort(byName)) {
    const raw = rawObject(object);
    if (!raw) continue;
    chunks.push(`${isFirst ? "" : ","}\n${JSON.stringify(raw)}`);
    isFirst = false;
  }
  return [...chunks, "\n]}\n"];
}

function byName(a: KubeObject, b: KubeObject): number {
  const [x, y] = [keyOf(a), keyOf(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** A KubeProxyConfiguration has no metadata. */
function keyOf({ kind, metadata }: KubeObject): string {
  const { namespace = "", name = "" } = (metadata ?? {}) as Partial<KubeObject["metadata"]>;
  return `${kind} ${namespace}/${name}`;
}
