/** svcrules.yaml to cases, with everything wrong in it at its line and column. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { FieldPath, Origin } from "../source/origin.js";
import type { Source } from "../source/source.js";
import { quoted } from "../util/quoted.js";
import { CONFIG_FIELDS, NAME_PATTERN, type ConfigField, type ConfigFieldName } from "./config-fields.js";
import {
  fieldsOf,
  readConfigFile,
  readText,
  readTopFields,
  refuseUnknown,
  typeWords,
  type Fields,
  type Reading,
} from "./config-reading.js";
import { readDoctorSection } from "./read-doctor-section.js";
import type { CheckCase, CheckConfig } from "./types.js";

export interface ConfigResult {
  /** Undefined when a diagnostic is an error. */
  readonly config: CheckConfig | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

type Value = string | boolean | readonly string[];

/** Fields that were read, by name, and where they stand. */
interface Section {
  readonly path: FieldPath;
  readonly values: ReadonlyMap<string, Value>;
  /** Fields written as a list, so that an item has a place of its own. */
  readonly lists: ReadonlySet<string>;
}

export function readConfig(source: Source): ConfigResult {
  const { result: cases, diagnostics } = readConfigFile(source, readTop);
  return { config: cases && { cases }, diagnostics };
}

function readTop(value: unknown, reading: Reading): readonly CheckCase[] {
  const { origin, fail } = reading;
  const top = readTopFields(value, reading);
  if (!top) return [];
  if (Object.hasOwn(top, "doctor")) readDoctorSection(top["doctor"], reading);
  const defaults = Object.hasOwn(top, "defaults") ? readSection(top["defaults"], ["defaults"], [], reading) : undefined;
  const list = Object.hasOwn(top, "cases") ? top["cases"] : undefined;
  if (list === undefined) {
    fail("check-config-missing-field", [], "cases is missing: the list of what to compile", {
      notes: ["svcrules check --init writes a file to start from"],
    });
    return [];
  }
  if (!Array.isArray(list) || list.length === 0) {
    fail("check-config-wrong-type", ["cases"], `cases: expected a list of cases, found ${typeWords(list)}`);
    return [];
  }
  const names = new Map<string, number>();
  const cases: CheckCase[] = [];
  for (const [i, item] of list.entries()) {
    const path: FieldPath = ["cases", i];
    const section = readSection(item, path, ["name"], reading);
    const name = section && readName(fieldsOf(item)!, path, names, i, reading);
    if (!section || name === undefined) continue;
    const found = makeCase(name, section, defaults, origin);
    if (found.inputs.length === 0)
      fail("check-config-missing-field", path, `case ${name} names no inputs, and neither do the defaults`);
    cases.push(found);
  }
  return cases;
}

function readName(
  fields: Fields,
  path: FieldPath,
  names: Map<string, number>,
  index: number,
  { fail }: Reading,
): string | undefined {
  if (!Object.hasOwn(fields, "name")) {
    fail("check-config-missing-field", path, "this case has no name");
    return undefined;
  }
  const name = fields["name"];
  if (typeof name !== "string") {
    fail("check-config-wrong-type", [...path, "name"], `name: expected text, found ${typeWords(name)}`);
    return undefined;
  }
  if (!new RegExp(`^(${NAME_PATTERN})$`, "u").test(name)) {
    fail("check-config-invalid-value", [...path, "name"], `name ${quoted(name)} does not fit a directory`, {
      notes: ["letters, digits, dots, dashes and underscores; the first is a letter or digit; at most 100"],
    });
    return undefined;
  }
  const earlier = names.get(name);
  if (earlier !== undefined) {
    fail("check-config-duplicate", [...path, "name"], `case ${name} is also the name of case ${earlier + 1}`);
    return undefined;
  }
  names.set(name, index);
  return name;
}

/** A case or the defaults; undefined when it is no mapping. */
function readSection(value: unknown, path: FieldPath, extra: readonly string[], reading: Reading): Section | undefined {
  const fields = fieldsOf(value);
  if (!fields) {
    const words = path.length > 1 ? "a case" : "defaults";
    reading.fail("check-config-wrong-type", path, `${words}: expected a mapping, found ${typeWords(value)}`);
    return undefined;
  }
  refuseUnknown(fields, path, [...extra, ...Object.keys(CONFIG_FIELDS)], reading);
  const values = new Map<string, Value>();
  for (const [name, field] of Object.entries<ConfigField>(CONFIG_FIELDS)) {
    if (!Object.hasOwn(fields, name)) continue;
    const read = readField(name, field, fields[name], [...path, name], reading);
    if (read !== undefined) values.set(name, read);
  }
  return { path, values, lists: new Set(Object.keys(fields).filter((name) => Array.isArray(fields[name]))) };
}

function readField(
  name: string,
  field: ConfigField,
  value: unknown,
  path: FieldPath,
  reading: Reading,
): Value | undefined {
  const { fail } = reading;
  if (field.type === "flag") {
    if (typeof value === "boolean") return value;
    fail("check-config-wrong-type", path, `${name}: expected true or false, found ${typeWords(value)}`);
    return undefined;
  }
  if (field.type === "text" || !Array.isArray(value)) {
    const text = readText(name, field, value, path, reading);
    return field.type === "list" && text !== undefined ? [text] : text;
  }
  if (value.length === 0) {
    fail("check-config-invalid-value", path, `${name}: the list is empty; leave it out for the default`);
    return undefined;
  }
  const items = value.map((item, i) => readText(name, field, item, [...path, i], reading));
  const seen = new Set<string>();
  for (const [i, item] of items.entries()) {
    if (item === undefined) continue;
    if (seen.has(item)) fail("check-config-duplicate", [...path, i], `${name} names ${quoted(item)} twice`);
    seen.add(item);
  }
  return items.every((item) => item !== undefined) ? items : undefined;
}

/** A case's own directory as it is; below that of the defaults, or below ./golden, one named as the case. */
function goldenPlaces(name: string, own: Section, defaults: Section | undefined) {
  const given = own.values.get("golden") as string | undefined;
  if (given !== undefined) return { golden: given, goldenRoot: given };
  const goldenRoot = (defaults?.values.get("golden") as string | undefined) ?? "golden";
  return { golden: `${goldenRoot}/${name}`, goldenRoot };
}

function makeCase(name: string, own: Section, defaults: Section | undefined, origin: Origin): CheckCase {
  const value = (field: ConfigFieldName) => own.values.get(field) ?? defaults?.values.get(field);
  const text = (field: ConfigFieldName) => value(field) as string | undefined;
  const list = (field: ConfigFieldName) => (value(field) as readonly string[] | undefined) ?? [];
  const flag = (field: ConfigFieldName, byDefault: boolean) => (value(field) as boolean | undefined) ?? byDefault;
  return {
    name,
    inputs: list("inputs"),
    ...goldenPlaces(name, own, defaults),
    nodes: list("nodes"),
    modes: list("modes"),
    kubeVersions: list("kubeVersions"),
    ipFamilies: list("ipFamilies"),
    artifacts: list("artifacts"),
    format: text("format") ?? "restore",
    proxyConfig: text("proxyConfig"),
    set: list("set"),
    service: text("service"),
    namespace: text("namespace"),
    simulate: flag("simulate", true),
    serviceCIDRs: list("serviceCIDRs"),
    controllerVersion: text("controllerVersion"),
    watchSelectors: flag("watchSelectors", false),
    nfacct: flag("nfacct", false),
    randomFully: flag("randomFully", true),
    tcpBeLiberal: flag("tcpBeLiberal", false),
    placeOf(field, index) {
      const section = own.values.has(field) ? own : defaults?.values.has(field) ? defaults : undefined;
      if (!section) return { origin, path: own.path };
      const found = [...section.path, field];
      return { origin, path: index !== undefined && section.lists.has(field) ? [...found, index] : found };
    },
  };
}
