/** Types and names of all fields of one object, whatever they mean. */
import { nearest } from "../../../util/nearest.js";
import { quoted } from "../../../util/quoted.js";
import { strangeCharacterNote } from "../../../util/strange-characters.js";
import { refuseAlways, placeOf, warn, type Findings } from "../findings.js";
import { fieldTable, type FieldTable, type FieldType, type ScalarKind } from "./field-tables.js";
import { isRecord } from "../../../util/is-record.js";

/** Reports of unknown fields of one object; the rest is left out. */
const MOST_UNKNOWN_FIELDS = 20;

interface Walk {
  readonly findings: Findings;
  /** Steps from the object's root to the value in hand. */
  readonly path: (string | number)[];
  readonly namesUnknownFields: boolean;
  unknownFields: number;
}

/**
 * Checks every field that the type's table knows, and what is inside it.
 * A null counts as absent, as the API server reads it. `namesUnknownFields`: warn about fields the table lacks.
 */
export function checkFields(
  findings: Findings,
  table: string,
  object: Readonly<Record<string, unknown>>,
  namesUnknownFields: boolean,
): void {
  const walk: Walk = { findings, path: [], namesUnknownFields, unknownFields: 0 };
  checkObject(walk, fieldTable(table), object);
}

function checkObject(walk: Walk, table: FieldTable, object: Readonly<Record<string, unknown>>): void {
  for (const key in object) {
    const value = object[key];
    const type = table.get(key);
    if (type === undefined) {
      if (walk.namesUnknownFields) unknownField(walk, table, key);
      continue;
    }
    if (value === null || value === undefined) continue;
    const { kind } = type;
    if (typeof value === "string" ? kind === "string" : typeof value === "boolean" && kind === "bool") continue;
    if (kind === "any" || (kind === "int32" && typeof value === "number" && value === (value | 0))) continue;
    walk.path.push(key);
    checkValue(walk, type, value);
    walk.path.pop();
  }
}

function checkValue(walk: Walk, type: FieldType, value: unknown): void {
  switch (type.kind) {
    case "any":
      return;
    case "object":
      if (isRecord(value)) checkObject(walk, (type.table ??= fieldTable(type.name)), value);
      else wrongType(walk, "a map of fields", value);
      return;
    case "list":
      if (Array.isArray(value)) checkList(walk, type.item, value);
      else wrongType(walk, "a list", value);
      return;
    case "map":
      if (isRecord(value)) checkMap(walk, type.item, value);
      else wrongType(walk, "a map", value);
      return;
    default:
      if (!isScalar(type.kind, value)) wrongType(walk, SCALAR_WORDS[type.kind], value);
  }
}

function checkList(walk: Walk, item: FieldType, list: readonly unknown[]): void {
  const { path } = walk;
  for (let i = 0; i < list.length; i++) {
    const value = list[i];
    if (item.kind === "string" && typeof value === "string") continue;
    path.push(i);
    if (item.kind === "object" && isRecord(value)) checkObject(walk, (item.table ??= fieldTable(item.name)), value);
    else if (value === null && WORDS.has(path.at(-2)))
      nullWarning(walk, `${pathText(path)} is null, expected a string`);
    else if (value === null) wrongType(walk, item.kind === "object" ? "a map of fields" : "a value", value);
    else checkValue(walk, item, value);
    path.pop();
  }
}

/** Lists that may hold empty strings, which is what a null becomes. */
const WORDS = new Set<string | number | undefined>(["args", "command"]);

function nullWarning({ findings, path }: Walk, message: string, ...key: readonly string[]): void {
  const note = "the API server stores an empty string in its place; write the value that is meant, in quotes";
  warn(findings, "null-value", [...path, ...key], message, note);
}

const MATCHED_MAPS = new Set<string | number | undefined>(["labels", "annotations", "selector", "matchLabels"]);

function checkMap(walk: Walk, item: FieldType, map: Readonly<Record<string, unknown>>): void {
  const { path } = walk;
  for (const key in map) {
    const value = map[key];
    if (typeof value === "string" && item.kind === "string") continue;
    if (value === null || value === undefined) {
      const name = path.at(-1);
      if (value === null && MATCHED_MAPS.has(name))
        nullWarning(walk, `${String(name)} value of ${quoted(key)} is null, expected a string`, key);
      continue;
    }
    path.push(key);
    checkValue(walk, item, value);
    path.pop();
  }
}

const SCALAR_WORDS: Readonly<Record<ScalarKind, string>> = {
  string: "a string",
  int32: "a whole number",
  int64: "a whole number",
  number: "a number",
  bool: "true or false",
  quantity: 'a quantity such as "500m"',
  "int-or-string": "a whole number or a string",
  duration: 'a duration such as "30s"',
};

function isScalar(kind: ScalarKind, value: unknown): boolean {
  switch (kind) {
    case "string":
    case "duration":
      return typeof value === "string";
    case "bool":
      return typeof value === "boolean";
    case "int32":
      return typeof value === "number" && value === (value | 0);
    case "int64":
      return Number.isInteger(value);
    case "number":
      return typeof value === "number";
    case "quantity":
      return typeof value === "string" || typeof value === "number";
    case "int-or-string":
      return typeof value === "string" || (typeof value === "number" && value === (value | 0));
  }
}

function wrongType(walk: Walk, expected: string, value: unknown): void {
  const field = pathText(walk.path);
  refuseAlways(
    walk.findings,
    "wrong-type",
    [...walk.path],
    `${field} is ${valueWords(value)}, expected ${expected}`,
    ...fixOf(walk, expected, value),
  );
}

function fixOf(walk: Walk, expected: string, value: unknown): string[] {
  if (expected === SCALAR_WORDS.string && (typeof value === "number" || typeof value === "boolean"))
    return walk.path.at(-1) === "protocol"
      ? ["protocols go by their names: TCP, UDP or SCTP"]
      : [`put what is written there in quotes, or it is read as a ${typeof value}`];
  const quotedScalar = typeof value === "string" && /^(-?\d{1,15}|true|false)$/.test(value);
  const wanted = expected === SCALAR_WORDS.int32 || expected === SCALAR_WORDS.number || expected === SCALAR_WORDS.bool;
  return quotedScalar && wanted ? [`leave out the quotes: ${value}`] : [];
}

function valueWords(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "string":
      return `the string ${quoted(value)}`;
    case "number":
      return `the number ${value}`;
    case "boolean":
      return `the boolean ${value}`;
    default:
      return "a map";
  }
}

/** "spec.ports[0].port", steps that are no plain words in brackets and quotes. */
export function pathText(path: readonly (string | number)[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[\w-]{1,60}$/.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${quoted(step)}]`;
  }
  return text;
}

function unknownField(walk: Walk, table: FieldTable, key: string): void {
  const { findings, path } = walk;
  if (path.length === 0 && (key === "origin" || key === "simulated")) return;
  if (++walk.unknownFields > MOST_UNKNOWN_FIELDS) return;
  const near = nearest(key, [...table.keys()]);
  const where = path.length === 0 ? `a ${findings.kind}` : pathText(path);
  const strange = strangeCharacterNote(key);
  findings.report({
    code: "unknown-field",
    severity: "warning",
    message: `${where} has no field ${quoted(key)}`,
    at: placeOf(findings, [...path, key], "key"),
    notes: [
      ...(strange === undefined ? [] : [strange]),
      ...(near ? [`did you mean ${near}?`] : []),
      findings.kind === "KubeProxyConfiguration"
        ? "kube-proxy refuses or ignores it, depending on how strictly its release decodes"
        : "kubectl refuses it by default (strict field validation); otherwise the API server drops it",
    ],
  });
}
