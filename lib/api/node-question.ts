/** Objects, situation and captures: the first step of explain and trace. */
import { chooseBundledNode } from "../bundle/choose-node.js";
import { splitBundles, type BundledNode } from "../bundle/split-bundles.js";
import type { Cluster } from "../cluster/types.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { IPFamily } from "../net/ip.js";
import { readCapturedRules, type CapturedRules } from "../node/captured-rules.js";
import { chooseCaptures } from "../node/captures/choose-captures.js";
import { madeUpDiagnostic, madeUpServices } from "../node/made-up-services.js";
import { shownNode, warnOfName, warnOfOtherNode } from "../node/find-other-node.js";
import { nodeEvidence, type NodeEvidence } from "../node/node-evidence.js";
import { leaveOutOthers } from "../node/captures/other-listings.js";
import { countUnreadable } from "../node/captures/count-unreadable.js";
import { excuseOthers, warnOfRefused } from "../node/captures/refusals-of-others.js";
import { splitMixed } from "../node/captures/split-mixed.js";
import type { NodeReading } from "../node/read-node.js";
import { settleNode } from "../node/settle-node.js";
import { isSizeKnown } from "../pipeline/compile.js";
import { settleSituation, type Situation, type Wishes } from "../pipeline/situation.js";
import type { Source } from "../source/source.js";
import { isFatal, readQuestion, type QuestionOptions } from "./read-question.js";

export interface NodeQuestionOptions extends QuestionOptions, Wishes {
  /** What tools printed on the node, in place of compiled rules; may be all there is. */
  readonly captures?: readonly Source[];
  /** Namespace of names without one; "default" when left out. */
  readonly namespace?: string;
}

export interface NodeQuestion {
  readonly cluster: Cluster;
  readonly situation: Situation;
  readonly captured: CapturedRules | undefined;
  /** Names of the captures. */
  readonly captures: readonly string[];
  /** The family asked for. */
  readonly family: IPFamily | undefined;
}

export interface SettledNodeQuestion {
  /** Undefined when there is no answer. */
  readonly question: NodeQuestion | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads and settles what is asked. `chooseNode`: the node that the question itself is about, where none is wished; it may
 * report what ends the answer.
 */
export async function settleNodeQuestion(
  sources: Iterable<Source>,
  options: NodeQuestionOptions,
  chooseNode?: Parameters<typeof settleOnce>[2],
): Promise<SettledNodeQuestion> {
  const all = [...sources];
  const found = await settleOnce(all, options, chooseNode);
  const { focus } = options;
  if (!focus || !found.question || isSizeKnown(found.question.cluster, found.question.situation, focus)) return found;
  // The focus left too much out.
  return settleOnce(all, { ...options, focus: undefined }, chooseNode);
}

async function settleOnce(
  sources: readonly Source[],
  options: NodeQuestionOptions,
  chooseNode: (cluster: Cluster, report: (diagnostic: Diagnostic) => void) => string | undefined = () => undefined,
): Promise<SettledNodeQuestion> {
  const all = [...sources];
  const bundled = options.captures ? [] : splitBundles(all).nodes;
  const isAnyCaptured = options.captures !== undefined || bundled.length > 0;
  // Captures are held against all that there is.
  const focus = isAnyCaptured ? undefined : options.focus;
  const read = readQuestion(all, { ...options, focus }, { keepValid: true, mayBeEmpty: isAnyCaptured });
  if (!read.cluster) return { question: undefined, diagnostics: read.diagnostics };
  const { cluster } = read;
  const own: Diagnostic[] = [];
  const asked = wishesOn(
    cluster,
    options,
    chooseNode(cluster, (found) => void own.push(found)),
    read.proxyConfiguration,
  );
  const nodeNames = cluster.nodes.map(({ metadata }) => metadata.name);
  const held = chooseBundledNode(bundled, asked.node, nodeNames);
  if (held) own.push(rulesOfBundle(held, bundled));
  const given = options.captures && chooseCaptures(options.captures, asked.node, nodeNames);
  own.push(...(given?.diagnostics ?? []));
  const node = held?.node ?? given?.node;
  const wishes = node === undefined ? asked : { ...asked, node };
  const captures = given?.captures ?? held?.sources;
  const isNameAlone =
    asked.node === undefined && given !== undefined && given.captures.length === options.captures!.length;
  const settled = isFatal(own) ? NOT_SETTLED : await (isNameAlone ? settleNamed : settle)(cluster, wishes, captures);
  // What rules show says more than the name of their file.
  const named = settled.shown === undefined ? own : own.filter(({ code }) => code !== OTHER_NODE);
  const diagnostics = [...read.diagnostics, ...named, ...settled.diagnostics];
  const { situation, captured } = settled;
  if (!situation || isFatal(settled.diagnostics, options.strict)) return { question: undefined, diagnostics };
  const family = wishes.ipFamily && (wishes.ipFamily === "ipv6" ? ("IPv6" as const) : ("IPv4" as const));
  const names = (captures ?? []).map(({ name }) => name);
  return { question: { cluster, situation, captured, captures: names, family }, diagnostics };
}

const OTHER_NODE = "capture-of-another-node";

function wishesOn(
  { nodes }: Cluster,
  options: Wishes,
  chosen: string | undefined,
  proxyConfiguration: Wishes["proxyConfiguration"],
): Wishes {
  const isKnown = nodes.length === 0 || nodes.some(({ metadata }) => metadata.name === chosen);
  const node = options.node ?? (isKnown ? chosen : undefined);
  return { ...options, ...(node !== undefined && { node }), ...(proxyConfiguration && { proxyConfiguration }) };
}

/** Notes which node's rules are meant. */
export function rulesOfBundle({ node }: BundledNode, bundled: readonly BundledNode[]): Diagnostic {
  const others = bundled.length === 1 ? "" : `, one of ${bundled.length}`;
  return {
    code: "rules-of-bundle",
    severity: "note",
    message: `rules are those that the bundle holds of node "${node}"${others}`,
    notes: bundled.length === 1 ? [] : ["choose another with --node NAME"],
  };
}

interface Settled {
  readonly situation: Situation | undefined;
  readonly captured: CapturedRules | undefined;
  /** The node that the captures show, where one is asked about. */
  readonly shown?: string;
  readonly evidence?: readonly NodeEvidence[];
  readonly diagnostics: readonly Diagnostic[];
}

const NOT_SETTLED: Settled = { situation: undefined, captured: undefined, diagnostics: [] };

/** `wishes.node`: said by the name of the captures alone, which may be that of a ticket. */
async function settleNamed(...[cluster, wishes, captures]: Parameters<typeof settle>): Promise<Settled> {
  const found = await settle(cluster, wishes, captures);
  const { shown, evidence = [] } = found;
  const isOther = wishes.node !== undefined && shown !== undefined && shown !== wishes.node;
  if (!isOther || !cluster.nodes.some(({ metadata }) => metadata.name === shown)) return found;
  const other = await settle(cluster, { ...wishes, node: shown }, captures);
  return { ...other, diagnostics: [...other.diagnostics, warnOfName(wishes.node, shown, evidence)] };
}

/** A listing without ports would show packets to any port of a Service as those to its own. */
async function warnOfOlderTool(reading: NodeReading): Promise<Diagnostic[]> {
  if (reading.mode !== "iptables") return [];
  const { findOlderTool } = await import("../diff/iptables/find-older-tool.js");
  const nat = reading.captures.tables.find(({ name }) => name === "nat");
  const found = nat && findOlderTool(new Map([["nat", { ...nat, name: "nat" }]]));
  return found ? [{ ...found, severity: "warning" }] : [];
}

/** Of files that are all empty nothing is known, and an answer would look like one. */
function errorsOfNothing(diagnostics: readonly Diagnostic[], given: readonly Source[]): readonly Diagnostic[] {
  const isEmpty = ({ code }: Diagnostic) => code === "capture-empty";
  if (diagnostics.filter(isEmpty).length < given.length) return diagnostics;
  return diagnostics.map((own) => (isEmpty(own) ? { ...own, severity: "error" } : own));
}

async function settle(cluster: Cluster, wishes: Wishes, given: readonly Source[] | undefined): Promise<Settled> {
  if (!given) return { ...settleSituation(cluster, wishes), captured: undefined };
  const { rules: captures, told: unlike } = leaveOutOthers(splitMixed(given));
  if (unlike.some(({ severity }) => severity === "error")) return { ...NOT_SETTLED, diagnostics: unlike };
  const { situation, assumptions, diagnostics, facts, reading } = await settleNode(cluster, wishes, captures);
  const captured = readCapturedRules(captures);
  const madeUp = situation ? madeUpServices(cluster, situation, captures) : new Set<string>();
  const ofInput = [...unlike, ...(madeUp.size > 0 ? [madeUpDiagnostic(madeUp)] : [])];
  const node = wishes.node ?? (cluster.nodes.length === 1 ? cluster.nodes[0]!.metadata.name : undefined);
  const evidence = node === undefined ? [] : nodeEvidence(cluster, facts, reading, captures);
  if (node !== undefined) ofInput.push(...warnOfOtherNode(node, evidence));
  ofInput.push(...(await warnOfOlderTool(reading)));
  const notes = assumptions.map((message): Diagnostic => ({ code: "assumed-from-node", severity: "note", message }));
  // Of a node with rules of its mode, what tools of other modes refuse is no loss.
  const isThere = situation !== undefined && (captured.node[situation.mode]?.length ?? 0) > 0;
  const ofCaptures = [...diagnostics, ...errorsOfNothing(captured.diagnostics, given)];
  const told = isThere ? warnOfRefused(excuseOthers(ofCaptures, situation.mode), given) : ofCaptures;
  const diagnosed = [...countUnreadable(told), ...ofInput, ...notes];
  return { situation, captured, shown: shownNode(evidence), evidence, diagnostics: diagnosed };
}
