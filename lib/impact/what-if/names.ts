/** Names of objects in edits. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { KubeObject } from "../../kube/types.js";
import { nearest } from "../../util/nearest.js";
import { quoted } from "../../util/quoted.js";

/** "ns/name". */
export function idOf({ metadata }: Pick<KubeObject, "metadata">): string {
  return `${metadata.namespace ?? "default"}/${metadata.name}`;
}

/** A name without namespace is one of namespace default. */
export function fullName(text: string): string {
  return text.includes("/") ? text : `default/${text}`;
}

/** What an edit names and the input does not hold. */
export function notFound(what: string, name: string, known: readonly string[]): Diagnostic {
  const own = name.slice(name.indexOf("/"));
  const near = (name.includes("/") ? known.find((one) => one.endsWith(own)) : undefined) ?? nearest(name, known);
  return {
    code: "unknown-target",
    severity: "error",
    message: `the input holds no ${what} ${quoted(name)}`,
    notes: near === undefined ? [] : [`did you mean ${near}?`],
  };
}
