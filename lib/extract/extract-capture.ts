/** What tools printed on a node, as far as packets of the Services can meet it. Two readings: what leads where, then what is kept. */
import { cleanCapture } from "../rulesets/capture-text/clean-capture.js";
import { tellNftForm } from "../rulesets/nftables/capture.js";
import { headOfCapture } from "../rulesets/capture-text/head-of-capture.js";
import type { Source } from "../source/source.js";
import { textsOf } from "../source/texts-of.js";
import { isRecord } from "../util/is-record.js";
import { hasOpenLine } from "./broken-capture.js";
import { ListedReferences } from "./listed-references.js";
import { LineRules } from "./line-rules.js";
import { LineTools } from "./line-tools.js";
import { keptNftJSON, learnNftJSON } from "./nft-json.js";
import { NftList } from "./nft-list.js";
import type { Reach } from "./reach.js";
import { RuleGraph } from "./rule-graph.js";
import { SetListing } from "./set-listing.js";

const ADDRESSES = /^\s*\[\s*\{\s*"ifindex"/;
/** Rules of other owners may send packets on to where still other rules are met. */
const MOST_READINGS = 4;
const NEWLINE = 10;

/** Learns the captures of one node. Their chains are one graph, as rules of one family lead to each other across files. */
export function learnCaptures(sources: readonly Source[], reach: Reach): RuleGraph {
  let graph = new RuleGraph(reach);
  for (const source of sources) learnAddresses(source, reach);
  for (let i = 0; i < MOST_READINGS; i++) {
    const before = reach.size;
    graph = new RuleGraph(reach);
    for (const source of sources) learnCapture(source, reach, graph);
    if (reach.size === before) break;
  }
  graph.settle();
  return graph;
}

function learnAddresses(source: Source, reach: Reach): void {
  const head = headOfCapture(source);
  if (ADDRESSES.test(head)) {
    for (const { local } of interfacesOf(source)?.flatMap((own) => (isOfServices(own) ? [] : addressesOf(own))) ?? [])
      if (typeof local === "string") reach.addNodeAddress(local);
    return;
  }
  if (!/^\d+: \S+/m.test(head)) return;
  const tools = new LineTools(reach);
  for (const line of linesOf(source)) tools.learnAddress(line);
}

function learnCapture(source: Source, reach: Reach, graph: RuleGraph): void {
  const head = headOfCapture(source);
  if (tellNftForm(head) === "json") return learnNftJSON(source, { reach, graph });
  if (ADDRESSES.test(head)) return;
  const rules = new LineRules(reach, graph);
  const list = new NftList({ reach, graph });
  const tools = new LineTools(reach);
  for (const line of linesOf(source)) {
    if (list.learn(line)) continue;
    rules.learn(line);
    tools.learnServer(line);
  }
  if (rules.hasListing) graph.listings.add(source);
}

/** The text with what is kept. */
export function* keptCapture(source: Source, graph: RuleGraph): Generator<string> {
  // Nothing is read of it, so nothing that is left out could be missed but what it is refused for.
  if (cleanCapture(source).refusal) return yield* textsOf(cleanCapture(source).source);
  const { reach } = graph;
  const head = headOfCapture(source);
  if (tellNftForm(head) === "json") return yield* keptNftJSON(source, { reach, graph });
  if (ADDRESSES.test(head)) return yield keptAddresses(source, reach);
  const readers = {
    rules: new LineRules(reach, graph),
    tools: new LineTools(reach),
    sets: new SetListing(reach),
    list: new NftList({ reach, graph }),
  };
  const references = graph.listings.has(source) ? countLeftOut(source, new LineRules(reach, graph)) : undefined;
  // A capture that breaks off in a line goes on breaking off.
  let between = "";
  const isOpen = hasOpenLine(source);
  for (const [line, isLast] of withLast(linesOf(source))) {
    const written = references?.write(line) ?? line;
    for (const kept of isLast && isOpen ? openLines(line, readers) : keptLines(line, readers)) {
      yield between + (kept === line ? written : kept);
      between = "\n";
    }
  }
  for (const left of [...readers.sets.finish(), ...readers.list.finish(), ...readers.tools.finish()]) {
    yield between + left;
    between = "\n";
  }
  if (endsLine(source)) yield "\n";
}

/** Of a listing; other captures state no references. */
function countLeftOut(source: Source, rules: LineRules): ListedReferences {
  const references = new ListedReferences();
  for (const line of linesOf(source)) references.count(line, rules.leftOut(line));
  return references;
}

interface Readers {
  readonly rules: LineRules;
  readonly tools: LineTools;
  readonly sets: SetListing;
  readonly list: NftList;
}

function keptLines(line: string, { rules, tools, sets, list }: Readers): readonly string[] {
  const listed = sets.take(line) ?? list.take(line);
  if (listed) return listed;
  return (rules.keeps(line) ?? tools.keeps(line) ?? true) ? [line] : [];
}

/** A capture that breaks off in its last line does so in the extract too, whatever the line is about. */
function openLines(line: string, { sets, list }: Readers): readonly string[] {
  return sets.takeOpen(line) ?? list.take(line) ?? [line];
}

function* withLast<T>(items: Iterable<T>): Generator<readonly [item: T, isLast: boolean]> {
  let before: readonly [T] | undefined;
  for (const item of items) {
    if (before) yield [before[0], false];
    before = [item];
  }
  if (before) yield [before[0], true];
}

function endsLine(source: Source): boolean {
  const { source: clean } = cleanCapture(source);
  return clean.size > 0 && clean.read(clean.size - 1, clean.size)[0] === NEWLINE;
}

/** Without the shell's prompts and whatever else stands around. */
function* linesOf(source: Source): Generator<string> {
  for (const text of textsOf(cleanCapture(source).source)) {
    const lines = text.split("\n");
    if (lines.at(-1) === "") lines.pop();
    for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function wholeText(source: Source): string {
  return [...textsOf(cleanCapture(source).source)].join("");
}

function interfacesOf(source: Source): Fields[] | undefined {
  try {
    const value: unknown = JSON.parse(wholeText(source));
    return Array.isArray(value) ? (value as unknown[]).filter(isRecord) : undefined;
  } catch {
    return undefined;
  }
}

function isOfServices({ ifname }: Fields): boolean {
  return ifname === "kube-ipvs0";
}

function addressesOf({ addr_info: addresses }: Fields): Fields[] {
  return Array.isArray(addresses) ? (addresses as unknown[]).filter(isRecord) : [];
}

/** `ip -j addr` with those addresses of Services that are kept. */
function keptAddresses(source: Source, { frontends }: Reach): string {
  const interfaces = interfacesOf(source);
  if (!interfaces) return wholeText(source);
  const isKept = ({ local }: Fields) => typeof local !== "string" || frontends.has(local) || local.startsWith("fe80:");
  const kept = interfaces.map((own) =>
    isOfServices(own) ? { ...own, addr_info: addressesOf(own).filter(isKept) } : own,
  );
  return JSON.stringify(kept) + "\n";
}
