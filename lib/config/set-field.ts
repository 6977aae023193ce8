/** `--set PATH=VALUE`: overrides one field of a KubeProxyConfiguration document. */
import { PROXY_CONFIG_FIELDS, type FieldType } from "./fields.js";

export type SetResult =
  | { readonly kind: "set"; readonly document: Readonly<Record<string, unknown>> }
  | { readonly kind: "problem"; readonly message: string; readonly known?: readonly string[] };

/**
 * The document with one field set. Lists are comma separated; a gate is set by featureGates.NAME=true.
 * Gives a problem for a field that changes no rules or a value of a wrong type.
 */
export function setProxyConfigField(document: Readonly<Record<string, unknown>>, assignment: string): SetResult {
  const equals = assignment.indexOf("=");
  if (equals < 1) return { kind: "problem", message: `--set ${assignment}: expected PATH=VALUE` };
  const path = assignment.slice(0, equals);
  const text = assignment.slice(equals + 1);
  const gate = path.startsWith("featureGates.") && path.length > "featureGates.".length;
  const known = Object.keys(PROXY_CONFIG_FIELDS);
  if (!gate && !Object.hasOwn(PROXY_CONFIG_FIELDS, path))
    return { kind: "problem", message: `--set ${path}: not a field that changes rules`, known };
  const type: FieldType = gate ? "boolean" : PROXY_CONFIG_FIELDS[path as keyof typeof PROXY_CONFIG_FIELDS];
  const value = parseAs(type, text);
  if (value === undefined) return { kind: "problem", message: `--set ${path}: "${text}" does not fit this field` };
  return { kind: "set", document: withValue(document, path.split("."), value) };
}

function parseAs(type: FieldType, text: string): unknown {
  switch (type) {
    case "boolean":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "integer":
      return /^-?\d{1,9}$/.test(text) ? Number(text) : undefined;
    case "strings":
      return listOf(text);
    case "gates": {
      const gates = text.split(",").map((item) => item.split("="));
      if (gates.some(([name, on]) => !name || (on !== "true" && on !== "false"))) return undefined;
      return Object.fromEntries(gates.map(([name, on]) => [name!, on === "true"]));
    }
    case "string":
    case "duration":
      return text;
  }
}

/** "a,b" or, as a configuration file has it, ["a", "b"]. */
function listOf(text: string): string[] | undefined {
  const inner = /^\s*\[(.*)\]\s*$/s.exec(text)?.[1] ?? text;
  if (inner.trim() === "") return [];
  const items = inner.split(",").map((item) => item.trim().replace(/^(["'])(.*)\1$/, "$2"));
  return items.includes("") ? undefined : items;
}

function withValue(
  document: Readonly<Record<string, unknown>>,
  path: readonly string[],
  value: unknown,
): Readonly<Record<string, unknown>> {
  const [step, ...rest] = path;
  const inner = document[step!];
  const record = typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>) : {};
  return { ...document, [step!]: rest.length === 0 ? value : withValue(record, rest, value) };
}
