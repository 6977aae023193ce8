/**
 * Files that a kustomization names as patches: what is in them is a part of an object, or a list of changes, and no object.
 * kustomize takes such files from the kustomization's own directory and below it (its --load-restrictor).
 */
import type { Source } from "../source/source.js";
import { isRecord } from "../util/is-record.js";
import { parseYAMLDocument } from "./yaml/parse-document.js";

const FILE = /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/;
/** People write them. */
const MOST_BYTES = 1 << 20;

/** The sources without those that a kustomization among them names as patches, which are kept with the kustomization. */
export function leaveOutPatches(sources: readonly Source[]): readonly Source[] {
  const found = sources.filter(({ name, size }) => FILE.test(name) && size <= MOST_BYTES);
  if (found.length === 0) return sources;
  const kustomizations = found.map((source) => ({ source, directory: directoryOf(source.name), ...filesOf(source) }));
  const resources = new Set(kustomizations.flatMap(({ directory, resources: own }) => within(directory, own)));
  const present = new Set(sources.map(({ name }) => normal(name)));
  const patchesOf = new Map<Source, readonly string[]>();
  for (const { source, directory, patches } of kustomizations) {
    const files = [...new Set(within(directory, patches))];
    const leftOut = files.filter((file) => isBelow(file, directory) && present.has(file) && !resources.has(file));
    if (leftOut.length > 0) patchesOf.set(source, leftOut.sort());
  }
  const all = new Set([...patchesOf.values()].flat());
  return sources
    .filter(({ name }) => !all.has(normal(name)))
    .map((source) => (patchesOf.has(source) ? { ...source, patches: patchesOf.get(source)! } : source));
}

interface NamedFiles {
  readonly patches: readonly string[];
  readonly resources: readonly string[];
}

function filesOf(source: Source): NamedFiles {
  const parsed = parseYAMLDocument(new TextDecoder().decode(source.read(0, source.size)));
  const fields = "values" in parsed ? parsed.values[0] : undefined;
  if (!isRecord(fields)) return { patches: [], resources: [] };
  const entries = (field: string) => (Array.isArray(fields[field]) ? (fields[field] as unknown[]) : []);
  const paths = [...entries("patches"), ...entries("patchesJson6902"), ...entries("replacements")].map((entry) =>
    isRecord(entry) ? entry["path"] : undefined,
  );
  // An entry may be the patch itself, which has several lines.
  return {
    patches: [...paths, ...entries("patchesStrategicMerge")].filter(isName),
    resources: [...entries("resources"), ...entries("bases")].filter(isName),
  };
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && !value.startsWith("/") && !/[\n:]/.test(value);
}

function within(directory: string, files: readonly string[]): string[] {
  return files.map((file) => normal(`${directory}/${file}`));
}

function isBelow(file: string, directory: string): boolean {
  const root = normal(directory);
  return root === ""
    ? !file.startsWith("../") && !file.startsWith("/")
    : file.startsWith(root === "/" ? "/" : `${root}/`);
}

function directoryOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : slash === 0 ? "/" : path.slice(0, slash);
}

/** The path without "." and, as far as it goes, "..". */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return `${path.startsWith("/") ? "/" : ""}${parts.join("/")}`;
}
