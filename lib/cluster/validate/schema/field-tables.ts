/** The tables of fields, unfolded when first asked for. */
import { KUBE_TYPES } from "./kube-types.js";
import { OTHER_TYPES } from "./other-types.js";

export type ScalarKind = "string" | "int32" | "int64" | "number" | "bool" | "quantity" | "int-or-string" | "duration";

/** What a field holds. */
export type FieldType =
  | { readonly kind: ScalarKind | "any" }
  | { readonly kind: "list" | "map"; readonly item: FieldType }
  | { readonly kind: "object"; readonly name: string; table: FieldTable | undefined };

export type FieldTable = ReadonlyMap<string, FieldType>;

const tables = new Map<string, FieldTable>();
const types = new Map<string, FieldType>();

function parseType(text: string): FieldType {
  const known = types.get(text);
  if (known) return known;
  const type: FieldType = text.startsWith("[]")
    ? { kind: "list", item: parseType(text.slice(2)) }
    : text.startsWith("{}")
      ? { kind: "map", item: parseType(text.slice(2)) }
      : /^[A-Z]/.test(text)
        ? { kind: "object", name: text, table: undefined }
        : { kind: text as ScalarKind | "any" };
  types.set(text, type);
  return type;
}

/** The line of a type, without its name. */
function fieldsOf(name: string): string {
  const text = KUBE_TYPES.includes(`\n${name} `) ? KUBE_TYPES : OTHER_TYPES;
  const start = text.indexOf(`\n${name} `) + name.length + 2;
  return text.slice(start, text.indexOf("\n", start));
}

/** The fields of a type of the tables. */
export function fieldTable(name: string): FieldTable {
  let table = tables.get(name);
  if (!table) {
    const fields = new Map<string, FieldType>();
    for (const field of fieldsOf(name).split(" ")) {
      const colon = field.indexOf(":");
      fields.set(field.slice(0, colon), parseType(field.slice(colon + 1)));
    }
    table = fields;
    tables.set(name, table);
  }
  return table;
}

const BY_VERSION: Readonly<Record<string, readonly string[]>> = {
  v1: ["Service", "Pod", "Node", "Namespace", "ConfigMap", "Endpoints", "ReplicationController"],
  "apps/v1": ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"],
  "batch/v1": ["Job", "CronJob"],
  "discovery.k8s.io/v1": ["EndpointSlice"],
  "networking.k8s.io/v1": ["NetworkPolicy", "ServiceCIDR"],
  "networking.k8s.io/v1beta1": ["ServiceCIDR"],
  "kubeproxy.config.k8s.io/v1alpha1": ["KubeProxyConfiguration"],
};

/** The name of the table of an object's kind; undefined for kinds that are not checked. */
export function tableOfKind(apiVersion: string, kind: string): string | undefined {
  if (kind === "EndpointSlice" && apiVersion === "discovery.k8s.io/v1beta1") return "EndpointSliceV1Beta1";
  return Object.hasOwn(BY_VERSION, apiVersion) && BY_VERSION[apiVersion]!.includes(kind) ? kind : undefined;
}

/** The names of all fields of all types, in small letters. */
export function allFieldNames(): ReadonlySet<string> {
  const fields = `${KUBE_TYPES}${OTHER_TYPES}`.matchAll(/ ([A-Za-z]\w*):/g);
  return new Set([...fields].map(([, name]) => name!.toLowerCase()));
}
