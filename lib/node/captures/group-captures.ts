/** Which of several files belong to which node. */
import { tableHeadings } from "../../rulesets/iptables/table-headings.js";
import { headOfCapture } from "../../rulesets/capture-text/head-of-capture.js";
import { refusalOf, toolOfRefusal } from "../../rulesets/capture-text/refusal.js";
import { isAboutDump, isOfHost, isOfLogs, isRulesFile, isWantedFile } from "../../readers/dump-layout.js";
import { holdsRefusal } from "../../readers/refused-objects.js";
import type { Source } from "../../source/source.js";
import { holdsPackets, isTableForPeople, looksCaptured } from "./looks-captured.js";

export interface CaptureGroup {
  /** Undefined: to be told from the rules, or the only one there is. */
  readonly node: string | undefined;
  readonly sources: readonly Source[];
  /** When the capture began, RFC 3339, where somebody wrote it down. */
  readonly capturedAt?: string;
}

const HEAD_BYTES = 8192;

/** Whether a file holds Kubernetes objects rather than what a tool printed on a node. */
export function holdsObjects(source: Source): boolean {
  // Of a dump, logs may hold whatever a program writes.
  if (isAboutDump(source) || (source.dump !== undefined && !isWantedFile(source.name))) return false;
  const head = headOfCapture(source, HEAD_BYTES);
  if (/^(\*(nat|filter|mangle|raw|security)|Chain \S+ \(|-P [A-Z]+ |table (ip|ip6|inet) )/m.test(head)) return false;
  return /^[ \t]*(- )?\{?[ \t]*(apiVersion|kind): /m.test(head) || /"(apiVersion|kind)"\s*:/.test(head);
}

/**
 * Whether a file that was given among captures is to be read as one. Dumps hold files beside objects and captures: reports,
 * logs, facts of other kinds. What should have been a capture and is none is one that cannot be read: nothing else would tell
 * of its node. `named`: files that were named one by one. `nodeNames`: as far as they are known.
 */
export function isCaptureFile(
  source: Source,
  named: readonly string[] = [],
  nodeNames: readonly string[] = [],
): boolean {
  if (holdsObjects(source)) return false;
  if (named.includes(source.name)) return true;
  const isNamed = () => nodeNames.some((node) => isCaptureOf(source.name, node));
  if (source.dump === undefined) return !(isTableForPeople(source) || holdsPackets(source)) || isNamed();
  if (isAboutDump(source) || isConfigured(source)) return false;
  const isMeant =
    isOfHost(source.name) ||
    IN_NODES.test(source.name) ||
    (!isOfLogs(source.name) && (source.size === 0 || holdsRefusal(source)));
  if (isMeant && isNamed()) return true;
  // A tool that printed nothing there is told as what was not given.
  return source.size > 0 && (isRulesFile(source.name) || looksCaptured(source) || isRefusal(source));
}

/**
 * Those that are to be read as captures. What a tool said that gave nothing is one where captures stand beside it in a folder of
 * somebody's own. A sosreport of which nothing else is one has an answer, too: that of its node nothing is compared.
 */
export function captureFiles(
  sources: readonly Source[],
  named: readonly string[] = [],
  nodeNames: readonly string[] = [],
): Source[] {
  const found = new Set(sources.filter((source) => isCaptureFile(source, named, nodeNames)));
  const folders = new Set([...found].flatMap(({ name }) => (isOfHost(name) ? [] : [folderOf(name)])));
  const isBeside = (own: Source) => own.dump !== undefined && !isReport(own) && folders.has(folderOf(own.name));
  for (const source of sources) if (isBeside(source) && holdsRefusal(source)) found.add(source);
  for (const source of likeThose(sources, found)) found.add(source);
  const told = new Set(sources.flatMap((own) => (found.has(own) || holdsObjects(own) ? (reportOf(own) ?? []) : [])));
  for (const source of [...sources].sort((a, b) => Number(isRulesFile(b.name)) - Number(isRulesFile(a.name)))) {
    const report = reportOf(source);
    if (report === undefined || told.has(report)) continue;
    told.add(report);
    found.add(source);
  }
  return sources.filter((source) => found.has(source));
}

/** Of files that are to be captures, what a dump among them holds beside those is left out, unless that is all. */
export function capturesAmong<Opened extends { readonly sources: readonly Source[] }>(
  opened: Opened,
  named: readonly string[],
): Opened {
  const taken = new Set(captureFiles(opened.sources, named));
  const left = opened.sources.filter((source) => source.dump === undefined || taken.has(source));
  return left.length > 0 ? { ...opened, sources: left } : opened;
}

/** A file there is no must-gather's own: those stand in a folder for each node. */
const IN_NODES = /(?:^|\/)nodes\/[^/]+$/;
const OF_NODE = /^((?:.*\/)?nodes\/)[^/]+(\/[^/]+)$/;

/** Of nodes without a capture, the files of a dump that are called as other nodes' captures are: "nodes/worker-2/rules". */
function likeThose(sources: readonly Source[], found: ReadonlySet<Source>): Source[] {
  const called = ({ name }: Source) => OF_NODE.exec(name)?.slice(1).join("");
  const names = new Set([...found].map(called));
  const folders = new Set([...found].map(({ name }) => folderOf(name)));
  const isLike = (own: Source) => own.dump !== undefined && called(own) !== undefined && names.has(called(own));
  return sources.filter((own) => isLike(own) && !folders.has(folderOf(own.name)) && !holdsObjects(own));
}

function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf("/") + 1);
}

/** Where in a report on one node stands what was run there. */
const RUN_IN = { sos: /^((?:.*\/)?)sos_commands\//, host: /^((?:.*\/)?)(?:networking|collect)\/(?!ip_netns)[^/]+$/ };

function isReport(source: Source): source is Source & { readonly dump: keyof typeof RUN_IN } {
  return source.dump !== undefined && Object.hasOwn(RUN_IN, source.dump);
}

/** The folder of the report on one node that a file is part of. */
function reportOf(source: Source): string | undefined {
  return isReport(source) ? RUN_IN[source.dump].exec(source.name)?.[1] : undefined;
}

/** Of a host's files, copied into a report: what its tools are to load is not what is loaded. */
function isConfigured(source: Source): boolean {
  return isReport(source) && !RUN_IN[source.dump].test(source.name);
}

/** By its name a capture of the node: "worker-1.txt", "worker-1/iptables-save.txt". */
function isCaptureOf(path: string, node: string): boolean {
  const file = path.slice(path.lastIndexOf("/") + 1);
  if (/\.(json|ya?ml)$/i.test(file)) return false;
  return file.replace(/\.[a-z]+$/, "") === node || file === node || (TOOL.test(file) && isNamedAfter(path, node));
}

const TOOL = /ip6?tables|ipvsadm|ipset|nft/;

/** A refusal is a few lines. */
const LONGEST_REFUSAL = 4096;

/** Whether this is what a tool said that gave no rules on a node. */
function isRefusal(source: Source): boolean {
  if (!(isOfHost(source.name) || source.dump === "host") || source.size > LONGEST_REFUSAL) return false;
  const lines = headOfCapture(source).split("\n");
  return lines.some((line) => refusalOf(line) !== undefined && toolOfRefusal(line) !== undefined);
}

/**
 * Groups files by node: by the Node whose name the file or its folder has; several files without such names that each
 * hold a nat table of their own are a node each, and sosreports are; all others are one node.
 */
export function groupCaptures(sources: readonly Source[], nodeNames: readonly string[]): CaptureGroup[] {
  const named = new Map<string, Source[]>();
  const rest: Source[] = [];
  const byLength = [...nodeNames].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const short = shortNames(nodeNames);
  for (const source of sources) {
    const node =
      byLength.find((name) => isNamedAfter(source.name, name)) ??
      short.find((own) => isNamedAfter(source.name, own.name))?.node;
    const group = node === undefined ? rest : named.get(node);
    if (group) group.push(source);
    else named.set(node!, [source]);
  }
  if (named.size === 0) return groupUnnamed(rest);
  const isOneReport = new Set(sources.map(reportOf)).size <= 1;
  if (named.size === 1 && rest.length > 0 && isOneReport) return [{ node: [...named.keys()][0], sources }];
  const groups = [...named].sort(([a], [b]) => (a < b ? -1 : 1)).map(([node, own]) => ({ node, sources: own }));
  return rest.length > 0 ? [...groups, ...groupUnnamed(rest)] : groups;
}

/**
 * What a host calls itself whose Node has a domain too: "ip-10-0-1-2" of "ip-10-0-1-2.ec2.internal". A name that several Nodes
 * would have, or that is a plain word, tells none.
 */
function shortNames(nodeNames: readonly string[]): { readonly name: string; readonly node: string }[] {
  const short = nodeNames.flatMap((node) => {
    const name = node.slice(0, Math.max(0, node.indexOf(".")));
    return /[a-z]/i.test(name) && /\d/.test(name) ? [{ name, node }] : [];
  });
  const count = new Map<string, number>();
  for (const { name } of short) count.set(name, (count.get(name) ?? 0) + 1);
  return short
    .filter(({ name }) => count.get(name) === 1 && !nodeNames.includes(name))
    .sort((a, b) => b.name.length - a.name.length || (a.name < b.name ? -1 : 1));
}

/**
 * "worker-1.txt", "iptables-worker-1.txt", "worker-1/iptables-save.txt", "sosreport-worker-1/sos_commands/..."; the name is not
 * part of a longer word.
 */
function isNamedAfter(path: string, node: string): boolean {
  const [file = "", folder = ""] = path.split("/").reverse();
  const report = RUN_IN.sos.exec(path)?.[1]?.split("/").at(-2) ?? "";
  return [file, folder, report].some((part) => {
    const at = part.indexOf(node);
    if (at < 0) return false;
    const before = part[at - 1] ?? "";
    const after = part[at + node.length] ?? "";
    return !/[a-z0-9]/i.test(before) && !/[a-z0-9]/i.test(after);
  });
}

/** What a node has once, in each form of a tool: virtual servers, and tables of kube-proxy in mode nftables. */
const LISTINGS = [/^-A -[tuf] /m, /^IP Virtual Server/m, /^table ip kube-proxy \{/m, /^table ip6 kube-proxy \{/m];

/** What nft list chain, list set and list map print one of; more of them are of a whole table. */
const OBJECT = /^[ \t]*(?:chain|set|map) \S+ \{/gm;

function listingsOf(source: Source): string[] {
  const head = headOfCapture(source);
  const isPart = head.match(OBJECT)?.length === 1;
  return LISTINGS.filter((listing) => listing.test(head) && !(isPart && listing.source.startsWith("^table"))).map(
    ({ source: form }) => form,
  );
}

function groupUnnamed(sources: readonly Source[]): CaptureGroup[] {
  if (sources.length <= 1) return [{ node: undefined, sources }];
  const reports = [...new Set(sources.map(reportOf))];
  if (reports.length > 1)
    return reports.flatMap((report) => groupUnnamed(sources.filter((source) => reportOf(source) === report)));
  // One file may have a table twice, in two forms.
  const tables = sources.map((source) => [
    ...new Set([
      ...tableHeadings(source).flatMap(({ name, family, variant }) => (name === "nat" ? [`${family} ${variant}`] : [])),
      ...listingsOf(source),
    ]),
  ]);
  const isNodeEach = tables.every((own) => own.length > 0) && new Set(tables.flat()).size < tables.flat().length;
  return isNodeEach
    ? sources.map((source) => ({ node: undefined, sources: [source] }))
    : [{ node: undefined, sources }];
}
