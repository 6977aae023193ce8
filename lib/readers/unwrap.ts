/** From a value as read to the objects in it: lists, typed lists, arrays, watch events. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { FieldPath, Origin } from "../source/origin.js";
import { inferKind, type TypeMeta } from "./infer-kind.js";
import { isServerTable, kubectlTable } from "./kubectl-table.js";
import type { RawObject, ReaderSink } from "./sink.js";
import { isRecord } from "../util/is-record.js";
import { strangeCharacterNote } from "../util/strange-characters.js";
import { unrenderedObject } from "./unrendered.js";

export const MAX_LIST_DEPTH = 16;

/** What the surroundings tell about values without kind. */
export interface UnwrapContext {
  readonly sink: ReaderSink;
  /** Kind and apiVersion that the enclosing typed list gives its items. */
  readonly itemType?: TypeMeta;
  /** Inside an array without kind, or a List, where the kind of an object may be inferred from its shape. */
  readonly within?: "array" | "list";
}

type Fields = Record<string, unknown>;

/** Hands every object in the value to the sink. */
export function unwrap(value: unknown, origin: Origin, context: UnwrapContext, depth = 0): void {
  const { sink } = context;
  if (depth > MAX_LIST_DEPTH) {
    sink.diagnostic(at(origin, "nesting-too-deep", "error", `lists are nested more than ${MAX_LIST_DEPTH} deep`));
  } else if (Array.isArray(value) && holdsNoObjects(value, origin)) {
    sink.diagnostic(listOfOthers(value.length, placeOf(origin)));
  } else if (Array.isArray(value)) {
    unwrapItems(value, origin, [], { sink, within: "array" }, depth);
  } else if (isRecord(value)) {
    unwrapFields(value, origin, context, depth);
  } else if (value !== null && value !== undefined) {
    sink.diagnostic(
      at(origin, "not-an-object", "warning", `expected a Kubernetes object, found ${describe(value)}; passed over`),
    );
  }
}

/** True for a longer list of anything else, such as the tasks of a playbook: it is told at once, not item by item. */
function holdsNoObjects(items: readonly unknown[], { source }: Origin): boolean {
  const isOther = (item: unknown): boolean => {
    if (Array.isArray(item)) return item.every(isOther);
    if (!isRecord(item)) return true;
    return !OBJECT_FIELDS.some((field) => Object.hasOwn(item, field)) && !inferKind(item, source.name);
  };
  return items.length > 1 && items.some((item) => item !== null) && items.every(isOther);
}

export function listOfOthers(count: number, place: Diagnostic["at"]): Diagnostic {
  const words = `expected Kubernetes objects, found a list of ${count} values that name neither apiVersion nor kind`;
  return { code: "not-an-object", severity: "warning", message: `${words}; passed over`, at: place };
}

/** One of these makes an object, a list or an event of an item, or a broken one. */
const OBJECT_FIELDS = ["apiVersion", "kind", "items", "object", "metadata", "spec"];

function unwrapItems(items: unknown[], origin: Origin, path: FieldPath, context: UnwrapContext, depth: number): void {
  for (const [i, item] of items.entries())
    unwrap(item, { ...origin, path: [...origin.path, ...path, i] }, context, depth + 1);
}

function unwrapFields(fields: Fields, origin: Origin, context: UnwrapContext, depth: number): void {
  const { sink } = context;
  if (isWatchEvent(fields)) return unwrapWatchEvent(fields, origin, context, depth);
  const kind = ownString(fields, "kind");
  const apiVersion = ownString(fields, "apiVersion");
  if (isList(fields, kind)) {
    const items = fields["items"];
    if (items === null || items === undefined) return;
    if (Array.isArray(items))
      return unwrapItems(
        items,
        origin,
        ["items"],
        { sink, itemType: itemTypeOf(kind, apiVersion), within: "list" },
        depth,
      );
    sink.diagnostic(
      at(
        { ...origin, path: [...origin.path, "items"] },
        "not-an-object",
        "error",
        `items must be a list, found ${describe(items)}`,
      ),
    );
    return;
  }
  if (isServerTable(kind, apiVersion)) return sink.diagnostic(kubectlTable(placeOf(origin)));
  const source = unrenderedObject(fields, kind, apiVersion, origin);
  if (source) return sink.diagnostic(source);
  const type = typeOf(fields, kind, apiVersion, origin, context);
  if (!type) return;
  fields["apiVersion"] = type.apiVersion;
  fields["kind"] = type.kind;
  fields["origin"] = origin;
  sink.object(fields as unknown as RawObject);
}

/** True for `kind: List`, typed lists, and kindless objects whose only content is items. */
function isList(fields: Fields, kind: string | undefined): boolean {
  if (!Object.hasOwn(fields, "items"))
    return kind !== undefined && kind.length > 4 && kind.endsWith("List") && !Object.hasOwn(fields, "spec");
  return kind === undefined ? !Object.hasOwn(fields, "spec") : kind.endsWith("List");
}

/** The type of the items of a typed list; undefined for `List` and lists without kind. */
export function itemTypeOf(kind: string | undefined, apiVersion: string | undefined): TypeMeta | undefined {
  if (kind === undefined || kind === "List" || !kind.endsWith("List")) return undefined;
  return { kind: kind.slice(0, -4), apiVersion: apiVersion ?? "v1" };
}

function typeOf(
  fields: Fields,
  kind: string | undefined,
  apiVersion: string | undefined,
  origin: Origin,
  context: UnwrapContext,
): TypeMeta | undefined {
  if (kind !== undefined && apiVersion !== undefined) return { kind, apiVersion };
  if (kind === undefined && context.itemType) return context.itemType;
  const inferred = context.within && kind === undefined ? inferKind(fields, origin.source.name) : undefined;
  if (inferred) return inferred;
  if (versionFact(fields, origin, context.sink)) return undefined;
  reportUntyped(fields, kind, apiVersion, origin, context);
  return undefined;
}

function reportUntyped(
  fields: Fields,
  kind: string | undefined,
  apiVersion: string | undefined,
  origin: Origin,
  { sink, within }: UnwrapContext,
): void {
  const written = (field: string) => Object.hasOwn(fields, field);
  if (within !== "list" && !written("kind") && !written("apiVersion")) {
    if (Object.keys(fields).length === 0) return;
    sink.diagnostic(
      at(
        origin,
        "not-an-object",
        "warning",
        "expected a Kubernetes object, found neither apiVersion nor kind; passed over",
      ),
    );
    return;
  }
  const field = kind === undefined ? "kind" : "apiVersion";
  const found = written(field) ? `found ${describe(fields[field])}` : "it is missing";
  const place = written(field) ? { ...origin, path: [...origin.path, field] } : origin;
  const plain = (key: string) => key.replace(/[^\x21-\x7e]/g, "").toLowerCase();
  const near = Object.keys(fields).find((key) => key !== field && plain(key) === field.toLowerCase());
  const hint =
    near === undefined || written(field)
      ? {}
      : { notes: [strangeCharacterNote(near) ?? `write ${field}, not ${near}: fields have their case`] };
  sink.diagnostic({
    ...at(place, "object-without-kind", "error", `${field} must be a string that is not empty; ${found}`),
    ...hint,
  });
}

/** Notes the version of an API server; true when the fields are such a report. */
function versionFact(fields: Fields, origin: Origin, sink: ReaderSink): boolean {
  const report = isRecord(fields["serverVersion"]) ? fields["serverVersion"] : fields["info"];
  const version = isRecord(report) ? ownString(report, "gitVersion") : ownString(fields, "Server Version");
  if (version !== undefined) sink.fact?.({ kind: "api-server-version", version, source: origin.source });
  return version !== undefined || isRecord(fields["clientVersion"]);
}

function isWatchEvent(fields: Fields): boolean {
  return Object.hasOwn(fields, "object") && typeof fields["type"] === "string" && !Object.hasOwn(fields, "kind");
}

function unwrapWatchEvent(event: Fields, origin: Origin, context: UnwrapContext, depth: number): void {
  const type = event["type"];
  if (type === "BOOKMARK" || type === "ERROR") return;
  const { sink } = context;
  const inner = { ...origin, path: [...origin.path, "object"] };
  const toDeleted: ReaderSink = { ...sink, object: (object) => sink.deleted?.(object) };
  unwrap(event["object"], inner, type === "DELETED" ? { ...context, sink: toDeleted } : context, depth + 1);
}

function ownString(fields: Fields, field: string): string | undefined {
  const value = Object.hasOwn(fields, field) ? fields[field] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

function at(origin: Origin, code: Diagnostic["code"], severity: Diagnostic["severity"], message: string): Diagnostic {
  return { code, severity, message, at: placeOf(origin) };
}

function placeOf(origin: Origin) {
  return { origin: { ...origin, path: [] }, path: origin.path };
}

/** What a value is, in the user's words. */
function describe(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "object":
      return "a mapping";
    case "string":
      return value === "" ? "an empty string" : "a string";
    case "number":
      return `the number ${value}`;
    case "boolean":
      return `the boolean ${value}`;
    default:
      return "something else";
  }
}
