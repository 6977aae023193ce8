/** The same input without names and addresses. */
import { splitBundles, type SplitSources } from "../bundle/split-bundles.js";
import { writeManifest } from "../bundle/write-manifest.js";
import { findKeptKind, splitAPIVersion } from "../cluster/collect-kinds.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { groupCaptures, holdsObjects, isCaptureFile } from "../node/captures/group-captures.js";
import { isEmptyIpvsadm, looksCaptured } from "../node/captures/looks-captured.js";
import { readSource, type RawObject } from "../readers/index.js";
import type { Source } from "../source/source.js";
import { CaptureDrafter } from "./anonymize-capture.js";
import { ObjectDrafter } from "./anonymize-object.js";
import { ChainMap } from "./chain-map.js";
import { neededOfCustom, type NeededObject } from "./custom-object.js";
import { BUNDLE, nameCaptures, nameObjects, type NamedPart } from "../node/captures/capture-files.js";
import { Draft, Pieces } from "./pieces.js";
import { Renamer } from "./renamer.js";
import type { CapturePlace } from "./rule-drafter.js";
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
  /** Originals with what stands for them; put together when it is asked for. */
  readonly map: AnonymizeMap;
  /** How many of each there are. */
  readonly replaced: { readonly words: number; readonly addresses: number };
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
  const captures = split.others.filter((source) => isCaptureFile(source) && looksCaptured(source));
  const place = { renamer: new Renamer(), chains: new ChainMap() };
  const pieces = new Pieces();
  const learnt = draftObjects(objects, place, pieces);
  const named = (rename: (name: string) => string) =>
    nameCaptures(split, captures.length > 0 ? groupCaptures(captures, learnt.nodes) : [], rename);
  const rename = (name: string) => place.renamer.text(name);
  const rules = draftCaptures(named(rename), place, pieces);
  place.chains.recognise();
  place.renamer.settle();
  place.chains.settle(rename);
  const made = pieces.settle();
  const parts = named(rename);
  const files = [
    ...objects.map(({ file }, i) => ({ path: file, chunks: [...learnt.drafts[i]!.chunks(made)] })),
    ...parts.map(({ file, source }, i) => ({
      path: file,
      chunks: isEmptyIpvsadm(source) ? [""] : [...rules.drafts[i]!.chunks(made)],
    })),
    ...manifests(split, place.renamer),
  ];
  const left = scan(files, place.renamer);
  const { words, addresses } = place.renamer;
  const diagnostics = [
    ...learnt.diagnostics,
    ...rules.diagnostics,
    ...passedOver(sources, split, [...objects, ...parts]),
    ...leftovers(left),
  ];
  return {
    files: left.length > 0 || learnt.isBroken ? [] : files.filter(({ chunks }) => chunks.length > 0),
    get map() {
      return { words: words.entries(), addresses: addresses.entries() };
    },
    replaced: { words: words.count, addresses: addresses.count },
    diagnostics,
  };
}

interface Learnt {
  readonly drafts: readonly Draft[];
  readonly nodes: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly isBroken: boolean;
}

function draftObjects(parts: readonly NamedPart[], { renamer, chains }: CapturePlace, pieces: Pieces): Learnt {
  const nodes: string[] = [];
  const diagnostics: Diagnostic[] = [];
  const drafter = new ObjectDrafter(renamer, pieces);
  const { literal } = pieces;
  let leftOut = 0;
  const drafts = parts.map(({ source }) => {
    const draft = new Draft(pieces);
    draft.add(literal('{"apiVersion":"v1","kind":"List","items":['));
    let between = "\n";
    readObjects(source, diagnostics, (object) => {
      const needed = neededOf(object);
      if (!needed) return void leftOut++;
      const { fields, isPublic } = needed;
      if (drafter.object(fields, between, draft, isPublic)) between = ",\n";
      draft.endLine();
      for (const name of servicePortNamesOf(fields)) chains.servicePort(name);
      if (object.kind === "Node" && typeof object.metadata?.name === "string") nodes.push(object.metadata.name);
    });
    draft.add(literal("\n]}\n"));
    draft.end();
    return draft;
  });
  if (leftOut > 0) diagnostics.push(objectsLeftOut(leftOut));
  return { drafts, nodes, diagnostics, isBroken: diagnostics.some(({ severity }) => severity === "error") };
}

function draftCaptures(parts: readonly NamedPart[], place: CapturePlace, pieces: Pieces) {
  const drafter = new CaptureDrafter(place, pieces);
  const drafts = parts.map(({ source }) => {
    const draft = new Draft(pieces);
    drafter.capture(source, draft);
    draft.end();
    return draft;
  });
  return { drafts, diagnostics: linesLeftOut(drafter.leftOut.count) };
}

function readObjects(source: Source, diagnostics: Diagnostic[], object: (object: RawObject) => void): void {
  readSource(source, { object, diagnostic: (found) => void diagnostics.push(found) });
}

/** KubeProxyConfiguration is no object of the server, but an input. */
function neededOf(object: RawObject): NeededObject | undefined {
  const { group } = splitAPIVersion(object.apiVersion);
  if (object.kind !== "KubeProxyConfiguration" && !findKeptKind(group, object.kind))
    return neededOfCustom(object, group);
  return { fields: object as unknown as Record<string, unknown>, isPublic: true };
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

function linesLeftOut(count: number): Diagnostic[] {
  if (count === 0) return [];
  const lines =
    count === 1 ? "1 line of captures that no tool printed is" : `${count} lines of captures that no tool printed are`;
  return [{ code: "anonymize-left-out", severity: "note", message: `${lines} left out; "left out" stands there` }];
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
