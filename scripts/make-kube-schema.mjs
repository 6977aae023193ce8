#!/usr/bin/env node
// Writes lib/cluster/validate/schema/kube-types.ts: the fields of every API object that svcrules reads, with their types.
//
//   npm pack @kubernetes/client-node@2.0.1 (Kubernetes 1.36), @1.4.0 (1.34), @1.0.0 and @0.20.0 (1.28), each unpacked, then
//   node scripts/make-kube-schema.mjs NEWEST-DIR .. OLDEST-DIR > lib/cluster/validate/schema/kube-types.ts
//
// A field of any of the given releases is in the table, so that no valid field of a release is ever called unknown;
// where they disagree on its type, the first named is right (the oldest client does not tell int32 from int64).
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const ROOTS = [
  ...["V1Service", "V1Pod", "V1Node", "V1Namespace", "V1ConfigMap", "V1Endpoints", "V1EndpointSlice", "V1ServiceCIDR"],
  ...["V1NetworkPolicy", "V1Deployment", "V1StatefulSet", "V1DaemonSet", "V1ReplicaSet", "V1ReplicationController"],
  ...["V1Job", "V1CronJob"],
];

/** Quantities may be numbers; the generated clients call them strings. */
const QUANTITIES = new Set([
  "allocatable",
  "allocatedResources",
  "capacity",
  "divisor",
  "limits",
  "overhead",
  "requests",
  "sizeLimit",
]);

/** "V1ServicePort" is ServicePort. */
const shortName = (model) => model.replace(/^(Core|Discovery)?V1(?=[A-Z])/, "$1");

function fieldType(type, format, field) {
  const list = /^Array<(.*)>$/.exec(type);
  if (list) return `[]${fieldType(list[1], format, field)}`;
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
  if (map) return `{}${fieldType(map[1], format, field)}`;
  switch (type) {
    case "string":
      return QUANTITIES.has(field) || format === "quantity" ? "quantity" : "string";
    case "number":
      return format === "int64" ? "int64" : format === "double" ? "number" : "int32";
    case "boolean":
      return "bool";
    case "Date":
    case "V1MicroTime":
      return "string";
    case "IntOrString":
      return "int-or-string";
    case "any":
    case "object":
      return "any";
    default:
      return type;
  }
}

async function readModel(folder, name) {
  const file = [name, `${name[0].toLowerCase()}${name.slice(1)}`]
    .map((n) => resolve(folder, `${n}.js`))
    .find(existsSync);
  if (!file) return undefined;
  try {
    return (await import(pathToFileURL(file).href))[name] ?? createRequire(import.meta.url)(file)[name];
  } catch {
    return createRequire(import.meta.url)(file)[name];
  }
}

const types = new Map();

async function visit(folder, name, seen) {
  const model = seen.has(name) ? undefined : await readModel(folder, name);
  seen.add(name);
  if (!model?.attributeTypeMap) return;
  const fields = types.get(shortName(name)) ?? new Map();
  types.set(shortName(name), fields);
  for (const { baseName, type, format } of model.attributeTypeMap) {
    const text = fieldType(type, format ?? "", baseName);
    const inner = /[A-Z]\w*$/.exec(text)?.[0];
    if (!fields.has(baseName)) fields.set(baseName, inner ? text.replace(inner, shortName(inner)) : text);
    if (inner) await visit(folder, inner, seen);
  }
}

for (const dir of process.argv.slice(2)) {
  const folder = ["models", "model"].map((m) => join(dir, "package/dist/gen", m)).find(existsSync);
  const seen = new Set();
  for (const root of ROOTS) await visit(folder, root, seen);
}

const lines = [...types.keys()].sort().map((name) => {
  const fields = [...types.get(name)].map(([field, type]) => `${field}:${type}`);
  return `${name} ${fields.sort().join(" ")}`;
});
console.log(`/**
 * The fields of the API objects that svcrules reads and of everything inside them, Kubernetes 1.28 to 1.36.
 * Made by scripts/make-kube-schema.mjs; not edited by hand.
 * A line is one type: its name, then "field:type" by name. "[]" is a list of, "{}" a map of strings to.
 * One text, of which a run looks for the few lines it needs: a property for each type takes longer to make.
 */
export const KUBE_TYPES = \`
${lines.join("\n")}
\`;`);
