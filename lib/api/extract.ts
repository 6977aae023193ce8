/** The smallest input that gives the same answers about one Service. */
import { splitBundles, type SplitSources } from "../bundle/split-bundles.js";
import type { Cluster } from "../cluster/types.js";
import { NEWEST_VERSION } from "../config/features.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { ChangeKind } from "../diff/types.js";
import { findSender } from "../explain/trace/find-ends.js";
import { extractService, type ExtractedFile } from "../extract/extract-service.js";
import { brokenCapture } from "../extract/broken-capture.js";
import { keepChange } from "../extract/keep-change.js";
import { Reach } from "../extract/reach.js";
import type { Pod, Service } from "../kube/types.js";
import { splitMixed } from "../node/captures/split-mixed.js";
import { passedOver } from "../node/captures/passed-over.js";
import {
  captureFiles,
  groupCaptures,
  holdsObjects,
  isCaptureFile,
  type CaptureGroup,
} from "../node/captures/group-captures.js";
import { settleNode } from "../node/settle-node.js";
import { readObjects } from "../pipeline/load.js";
import { selectServices } from "../pipeline/select-services.js";
import { settleSituation } from "../pipeline/situation.js";
import { cleanCapture } from "../rulesets/capture-text/clean-capture.js";
import { everyLine } from "../rulesets/capture-text/every-line.js";
import { isWantedFile } from "../readers/dump-layout.js";
import { detectContent } from "../readers/detect-content.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import { asListing } from "../rulesets/nftables/parse-script.js";
import { sourceFromText, type Source } from "../source/source.js";
import { prepareDiff } from "./diff.js";
import { isFatal, readQuestion, timedBy, type QuestionOptions } from "./read-question.js";

export interface ExtractOptions extends QuestionOptions {
  /** "[NS/]NAME" */
  readonly service: string;
  /** Of a Service named without one. */
  readonly namespace?: string;
  /** Node whose captures are among the sources, where neither a name nor the rules tell. */
  readonly node?: string;
  /** Pods that packets are to be traced from, "[NS/]NAME". */
  readonly from?: readonly string[];
  /** A change that diff reports of the Service: what it does not need is left out too. */
  readonly for?: ChangeKind;
}

export interface ExtractResult {
  /** Empty when there is nothing to write; a diagnostic says why. */
  readonly files: readonly ExtractedFile[];
  /** "ns/name" of the Services whose objects are in it: the one asked for, and those that share its addresses and ports. */
  readonly services: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The objects and captured rules that answers about one Service are made of: diff, explain and trace of the files say
 * what they say of the sources. Objects, captures and bundles may be mixed.
 *
 * @example
 * import { extract, sourceFromText } from "svcrules";
 *
 * const { files } = await extract([sourceFromText("dump.yaml", dump)], { service: "guestbook/frontend" });
 * assert(files.length === 1 && files[0].chunks.join("").includes("frontend"));
 */
export async function extract(given: Iterable<Source>, options: ExtractOptions): Promise<ExtractResult> {
  const sources = [...given];
  const split = splitBundles(sources);
  const { cluster, diagnostics: read } = readQuestion(toRead(sources, split), { rulesOnly: true, ...options });
  const found: Diagnostic[] = [];
  const nodeNames = (cluster?.nodes ?? []).map(({ metadata }) => metadata.name);
  const taken = captureFiles(split.others, [], nodeNames).filter(isReadable);
  const captured = [...split.nodes.flatMap((own) => own.sources), ...taken];
  const asked = cluster && findAsked(cluster, options, captured, found);
  if (!cluster || !asked) return { files: [], services: [], diagnostics: locateDiagnostics([...read, ...found]) };
  const captures = await groupsOf(splitMixed(taken).map(asListing), cluster, options);
  const { situation, diagnostics: unsettled } = settleAnyRelease(cluster, nodeWish(options));
  if (!situation) return { files: [], services: [], diagnostics: locateDiagnostics([...read, ...unsettled]) };
  const { features, controllerFeatures } = situation;
  const before = split.before.length > 0 ? readObjects(split.before, options).cluster : undefined;
  const input = { cluster, before, split, captures, features, controllerFeatures };
  const made = timedBy(options)("extract", () => extractService(input, asked));
  const reduced =
    options.for === undefined ? { files: made.files } : await reduce(made.files, options.for, asked.service, options);
  const broken = [...split.nodes, ...captures].flatMap((group) =>
    group.sources.flatMap((own) => brokenCapture(own) ?? []),
  );
  const diagnostics = [
    ...read,
    ...found,
    ...broken,
    ...passedOver(split, taken),
    ...("problem" in reduced ? [reduced.problem] : []),
  ];
  return {
    files: "problem" in reduced ? [] : reduced.files,
    services: made.services,
    diagnostics: locateDiagnostics(diagnostics.filter(({ severity }) => severity !== "note")),
  };
}

/** What objects are read from, and by which the parts of bundles are known. */
function toRead(sources: readonly Source[], split: SplitSources): Source[] {
  const isIdle = (source: Source) => split.others.includes(source) && !tells(source);
  const objects = split.objects.filter((source) => !isIdle(source));
  return [...objects, ...split.before, ...manifestsOf(sources, split.roots)];
}

/** Whether a source that is in no bundle has objects, or is a part of a dump that tells something beside them. */
function tells(source: Source): boolean {
  return holdsObjects(source) || (source.dump !== undefined && isWantedFile(source.name) && !isCapture(source));
}

/** By which the parts of a bundle are known. */
function manifestsOf(sources: readonly Source[], roots: readonly string[]): Source[] {
  return sources.filter(({ name }) => roots.some((root) => name === `${root}bundle.json`));
}

function nodeWish({ node }: ExtractOptions): { readonly node?: string } {
  return node === undefined ? {} : { node };
}

/** What belongs to a Service depends little on the release, so the newest stands in for one that svcrules does not know. */
function settleAnyRelease(cluster: Cluster, wish: { readonly node?: string }): ReturnType<typeof settleSituation> {
  const settled = settleSituation(cluster, wish);
  const isUnknown = settled.diagnostics.some(({ code }) => code === "unsupported-version");
  return isUnknown ? settleSituation(cluster, { ...wish, kubeVersion: NEWEST_VERSION.text }) : settled;
}

interface Asked {
  readonly service: Service | string;
  readonly senders: ReadonlySet<Pod>;
  readonly nodes: ReadonlySet<string>;
}

function findAsked(
  cluster: Cluster,
  options: ExtractOptions,
  captured: readonly Source[],
  found: Diagnostic[],
): Asked | undefined {
  const { service: named, namespace, from = [], node } = options;
  const { filter, diagnostics } = selectServices(cluster, {
    service: named,
    ...(namespace !== undefined && { namespace }),
  });
  const onlyCaptured = isFatal(diagnostics) ? nameInCaptures(options, captured) : undefined;
  if (onlyCaptured === undefined) found.push(...(captured.length > 0 ? diagnostics.map(notInCaptures) : diagnostics));
  const senders = new Set<Pod>();
  for (const name of from) {
    const sender = findSender(name, cluster, namespace);
    if (sender.kind === "pod") senders.add(sender.pod);
    else if (sender.kind === "not-found")
      found.push({ code: "unknown-target", severity: "error", message: sender.message, notes: [sender.note] });
  }
  const service =
    onlyCaptured ??
    cluster.services.find(({ metadata }) => `${metadata.namespace ?? "default"}/${metadata.name}` === filter.service);
  if (!service || isFatal(found)) return undefined;
  return { service, senders, nodes: new Set(node === undefined ? [] : [node]) };
}

/** The full name, where rules of a capture name a Service that no object is of: what the node still has of one that is gone. */
function nameInCaptures({ service, namespace }: ExtractOptions, captured: readonly Source[]): string | undefined {
  const name = service.includes("/") || namespace === undefined ? service : `${namespace}/${service}`;
  if (!/^[^/]+\/[^/]+$/.test(name)) return undefined;
  const reach = new Reach();
  reach.addName(name);
  const isNamed = (source: Source) => everyLine(source, (line) => !reach.isNamedIn(line)) === false;
  return captured.some(isNamed) ? name : undefined;
}

function notInCaptures(said: Diagnostic): Diagnostic {
  const note = "no captured rule names it as NS/NAME either; virtual servers and ip sets of IPVS name no Service";
  return said.severity === "error" ? { ...said, notes: [...(said.notes ?? []), note] } : said;
}

function isCapture(source: Source): boolean {
  return isCaptureFile(source) && isReadable(source);
}

/** Whether a file may be a capture by its first bytes. */
function isReadable(source: Source): boolean {
  const { kind } = detectContent(cleanCapture(source).source);
  // An empty capture tells that a tool printed nothing.
  if (kind === "blank") return !NOT_CAPTURED.test(source.name);
  return kind !== "binary" && kind !== "kube-proxy-log" && kind !== "table";
}

const NOT_CAPTURED = /\.(?:ya?ml|json)$|(?:^|\/)\.[^/]*$/;

/** Whose rules a capture holds may be told by rules that are left out, so it is settled here and told by the file's folder. */
async function groupsOf(
  captures: readonly Source[],
  cluster: Cluster,
  options: ExtractOptions,
): Promise<CaptureGroup[]> {
  if (captures.length === 0) return [];
  if (options.node !== undefined) return [{ node: options.node, sources: captures }];
  const groups = groupCaptures(
    captures,
    cluster.nodes.map(({ metadata }) => metadata.name),
  );
  const told: CaptureGroup[] = [];
  for (const group of groups) {
    const isOpen = group.node === undefined && cluster.nodes.length > 1;
    const { situation } = isOpen ? await settleNode(cluster, {}, group.sources) : { situation: undefined };
    told.push(situation ? { ...group, node: situation.node.name } : group);
  }
  return told;
}

interface AskedName {
  /** "ns/name" */
  readonly service: string;
  readonly isOnlyCaptured: boolean;
}

function nameOf(asked: Service | string): AskedName {
  if (typeof asked === "string") return { service: asked, isOnlyCaptured: true };
  const { namespace = "default", name } = asked.metadata;
  return { service: `${namespace}/${name}`, isOnlyCaptured: false };
}

type Reduced = { readonly files: readonly ExtractedFile[] } | { readonly problem: Diagnostic };

async function reduce(
  files: readonly ExtractedFile[],
  kind: ChangeKind,
  asked: Service | string,
  options: ExtractOptions,
): Promise<Reduced> {
  const name = nameOf(asked);
  const reported = await changesReported(files, name, options);
  const own = reported.filter((change) => !name.isOnlyCaptured || change.service === name.service);
  const wanted = own.find((change) => change.kind === kind)?.told;
  if (wanted === undefined) return { problem: notReported(kind, name.service, own) };
  const known = new Set(reported.map(({ told }) => told));
  const isAlive = async (left: readonly ExtractedFile[]) => {
    const changes = await changesReported(left, name, options);
    // Of all Services, those that are left out by now would be new ones.
    return (
      changes.some(({ told }) => told === wanted) &&
      (!name.isOnlyCaptured || changes.every((own) => known.has(own.told)))
    );
  };
  return { files: await keepChange(files, isAlive) };
}

function notReported(kind: ChangeKind, service: string, reported: readonly Reported[]): Diagnostic {
  const known = [...new Set(reported.map((change) => change.kind))].sort().join(", ");
  return {
    code: "extract-change-not-found",
    severity: "error",
    message: `diff reports no ${kind} of ${service}`,
    notes: [known === "" ? "it reports no change of this service" : `it reports: ${known}`],
  };
}

/** A change, and everything that diff tells of it and of its node but for the place in the capture. */
interface Reported {
  readonly kind: ChangeKind;
  readonly service?: string | undefined;
  readonly told: string;
}

/** The changes that diff reports of a Service for the nodes of the files; of all where only captures have it. */
async function changesReported(
  files: readonly ExtractedFile[],
  { service, isOnlyCaptured }: AskedName,
  { simulate, serviceCIDR }: ExtractOptions,
): Promise<readonly Reported[]> {
  const sources = files.map(({ path, chunks }) => sourceFromText(path, chunks.join("")));
  const split = splitBundles(sources);
  const captures = split.others.filter((source) => !holdsObjects(source));
  const objects = sources.filter((source) => !captures.includes(source));
  // One that only captures have is in no selection: it is told among the changes of all.
  const selection = isOnlyCaptured ? {} : { service };
  const { prepared } = prepareDiff(objects, { ...selection, simulate, serviceCIDR });
  if (!prepared) return [];
  const groups = [...split.nodes, ...(captures.length > 0 ? groupCaptures(captures, prepared.nodeNames) : [])];
  const found: Reported[] = [];
  for (const { node, sources: own, capturedAt } of groups) {
    const { report } = await prepared.compare(own, node, capturedAt);
    if (!report) continue;
    const { mode, node: name, kubeVersion, ipFamily } = report;
    for (const { at: _, ...change } of report.changes)
      found.push({
        kind: change.kind,
        service: change.service,
        told: JSON.stringify([mode, name, kubeVersion, ipFamily, change]),
      });
  }
  return found;
}
