/** The same input without names and addresses. */
import { splitBundles, type SplitSources } from "../bundle/split-bundles.js";
import { writeManifest } from "../bundle/write-manifest.js";
import { findKeptKind, splitAPIVersion } from "../cluster/collect-kinds.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { groupCaptures, holdsObjects } from "../node/group-captures.js";
import { readSource, type RawObject } from "../readers/index.js";
import { detectContent } from "../readers/detect-content.js";
import type { Source } from "../source/source.js";
import { learnCapture, renamedCapture } from "./anonymize-capture.js";
import { anonymizeObject } from "./anonymize-object.js";
import { ChainMap } from "./chain-map.js";
import { BUNDLE, nameCaptures, nameObjects, type NamedPart } from "../node/capture-files.js";
import { Renamer } from "./renamer.js";
import { scan, type Leftover } from "./scan.js";
import { servicePortNamesOf } from "./service-port-names.js";

export interface AnonymizedFile {
  /** Relative path. */
  readonly path: string;
  readonly chunks: readonly string[];
}

export interface AnonymizeResult {
  /** Empty when there is nothing to write; a diagnostic says why. */
  readonly files: readonly AnonymizedFile[];
  /** Originals with what stands for them. */
  readonly map: AnonymizeMap;
  readonly diagnostics: readonly Diagnostic[];
}

export interface AnonymizeMap {
  readonly words: readonly (readonly [original: string, replacement: string])[];
  readonly addresses: readonly (readonly [original: string, replacement: string])[];
}

/**
 * Objects and captures with every name, label, host, image and address replaced, so that every question has the same answer.
 * What no answer needs (environments, arguments, most annotations, other kinds, Secrets) is left out.
 * Nothing is given out in which an original is still found.
 *
 * @example
 * import { anonymize, sourceFromText } from "svcrules";
 *
 * const { files } = anonymize([sourceFromText("dump.yaml", dump)]);
 * assert(files.length === 1 && !files[0]!.chunks.join("").includes("guestbook"));
 */
export function anonymize(given: Iterable<Source>): AnonymizeResult {
  const sources = [...given];
  const split = splitBundles(sources);
  const own = split.others.filter(holdsObjects);
  const objects = nameObjects(split, own);
  const captures = split.others.filter((source) => !holdsObjects(source) && isCapture(source));
  const place = { renamer: new Renamer(), chains: new ChainMap() };
  const learnt = learnObjects(objects, place);
  const named = (rename: (name: string) => string) =>
    nameCaptures(split, captures.length > 0 ? groupCaptures(captures, learnt.nodes) : [], rename);
  for (const { source } of named((name) => place.renamer.text(name))) learnCapture(source, place);
  place.renamer.settle();
  place.chains.settle((text) => place.renamer.text(text));
  const parts = named((name) => place.renamer.text(name));
  const files = [
    ...objects.map((part) => objectFile(part, place.renamer)),
    ...parts.map(({ source, file }) => ({ path: file, chunks: [...renamedCapture(source, place)] })),
    ...manifests(split, place.renamer),
  ];
  const left = files.flatMap(({ path, chunks }) => scan(path, chunks, place.renamer));
  const diagnostics = [
    ...learnt.diagnostics,
    ...passedOver(sources, split, [...objects, ...parts]),
    ...leftovers(left),
  ];
  return {
    files: left.length > 0 || learnt.isBroken ? [] : files.filter(({ chunks }) => chunks.length > 0),
    map: { words: place.renamer.words.entries(), addresses: place.renamer.addresses.entries() },
    diagnostics,
  };
}

function isCapture(source: Source): boolean {
  const { kind } = detectContent(source);
  return kind !== "binary" && kind !== "blank" && kind !== "kube-proxy-log" && kind !== "table";
}

interface Learnt {
  readonly nodes: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly isBroken: boolean;
}

function learnObjects(
  parts: readonly NamedPart[],
  { renamer, chains }: { readonly renamer: Renamer; readonly chains: ChainMap },
): Learnt {
  const nodes: string[] = [];
  const diagnostics: Diagnostic[] = [];
  let leftOut = 0;
  for (const { source } of parts)
    readObjects(source, diagnostics, (object) => {
      if (!isKept(object)) return void leftOut++;
      anonymizeObject(object as unknown as Record<string, unknown>, renamer);
      for (const name of servicePortNamesOf(object as unknown as Record<string, unknown>)) chains.servicePort(name);
      if (object.kind === "Node" && typeof object.metadata?.name === "string") nodes.push(object.metadata.name);
    });
  if (leftOut > 0) diagnostics.push(objectsLeftOut(leftOut));
  return { nodes, diagnostics, isBroken: diagnostics.some(({ severity }) => severity === "error") };
}

function readObjects(source: Source, diagnostics: Diagnostic[], object: (object: RawObject) => void): void {
  readSource(source, { object, diagnostic: (found) => void diagnostics.push(found) });
}

/** KubeProxyConfiguration is no object of the server, but an input. */
function isKept({ apiVersion, kind }: RawObject): boolean {
  const { group } = splitAPIVersion(apiVersion);
  return kind === "KubeProxyConfiguration" || findKeptKind(group, kind) !== undefined;
}

function objectFile({ source, file }: NamedPart, renamer: Renamer): AnonymizedFile {
  const items: string[] = [];
  readObjects(source, [], (object) => {
    if (!isKept(object)) return;
    const made = anonymizeObject(object as unknown as Record<string, unknown>, renamer);
    if (made) items.push(`${items.length > 0 ? "," : ""}\n${JSON.stringify(made)}`);
  });
  return { path: file, chunks: ['{"apiVersion":"v1","kind":"List","items":[', ...items, "\n]}\n"] };
}

function manifests({ roots, nodes, namespaces }: SplitSources, renamer: Renamer): AnonymizedFile[] {
  if (roots.length === 0) return [];
  const rename = (name: string) => renamer.text(name);
  const manifest = writeManifest({
    createdBy: "svcrules anonymize",
    namespaces: namespaces.map(rename),
    nodes: nodes.map(({ node, ...times }) => ({ ...times, node: rename(node) })),
  });
  return [{ path: `${BUNDLE}bundle.json`, chunks: [manifest] }];
}

function objectsLeftOut(count: number): Diagnostic {
  const message = `${count} ${count === 1 ? "object" : "objects"} of kinds that no answer needs left out`;
  return { code: "anonymize-left-out", severity: "note", message };
}

function passedOver(sources: readonly Source[], { roots }: SplitSources, parts: readonly NamedPart[]): Diagnostic[] {
  const taken = new Set(parts.map(({ source }) => source));
  const left = sources.filter((source) => !taken.has(source) && !roots.some((r) => source.name === `${r}bundle.json`));
  if (left.length === 0) return [];
  const shown = left.slice(0, 3).map(({ name }) => name);
  const more = left.length > shown.length ? ` and ${left.length - shown.length} more` : "";
  const message = `neither objects nor rules of a node, left out: ${shown.join(", ")}${more}`;
  return [{ code: "anonymize-left-out", severity: "note", message }];
}

const SHOWN = 5;

function leftovers(left: readonly Leftover[]): Diagnostic[] {
  const texts = [...new Set(left.map(({ text }) => text))];
  if (texts.length === 0) return [];
  return [
    {
      code: "anonymize-incomplete",
      severity: "error",
      message: `names or addresses of the input would still be in the output, so nothing is written: ${texts.slice(0, SHOWN).join(", ")}`,
      notes: [`first in what would be ${left[0]!.file}; leave that file out, or report it`],
    },
  ];
}
