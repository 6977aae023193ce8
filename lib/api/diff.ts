/** Sources and captures of a node to what differs. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { KnownChains } from "../backends/iptables/endpoint-chains.js";
import { splitBundles } from "../bundle/split-bundles.js";
import { changedServices, servicesYoungerThan } from "../node/changed-meanwhile.js";
import { readObjects } from "../pipeline/load.js";
import { diffCaptures } from "../node/diff-captures.js";
import { diffNode } from "../node/diff-node.js";
import { notCompared } from "../node/diff-result.js";
import type { DiffResult } from "../results/diff-result.js";
import { KnownComparisons, type KnownComparison } from "../node/fleet/known-comparisons.js";
import { KnownReports, type Asked, type NodeReport } from "../node/fleet/known-reports.js";
import { selectServices, type Selection } from "../pipeline/select-services.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import type { Wishes } from "../pipeline/situation.js";
import type { Source } from "../source/source.js";
import { isFatal, readQuestion, type QuestionOptions } from "./read-question.js";

export interface DiffOptions extends QuestionOptions, Wishes, Selection {
  /**
   * A capture of the same node, earlier: what changed since then is reported, and `sources` are left alone.
   */
  readonly before?: readonly Source[];
}

/** A cluster that nodes can be compared with, read once. */
export interface PreparedDiff {
  /** Of the input's Nodes, to tell which capture is whose. */
  readonly nodeNames: readonly string[];
  /** Compares one node; diagnostics are those of its captures. `capturedAt`: when the capture began, RFC 3339. */
  readonly compare: (captures: readonly Source[], node?: string, capturedAt?: string) => Promise<DiffResult>;
  /**
   * The report and the diagnostics that `compare` gives, without texts that keep captures in memory; captures that say the
   * same as those of a node before are read and no more. The sources of earlier calls are read again. `digest`: what
   * `digestCaptures` gives for the captures, where somebody has it already.
   */
  readonly report: (
    captures: readonly Source[],
    node?: string,
    capturedAt?: string,
    digest?: string,
  ) => Promise<NodeReport>;
  /** Whether `report` has a report by now that may do for other nodes; `digest`: for nodes with these captures. */
  readonly knowsReports: (digest?: string) => boolean;
  /** Nodes without any difference by which others are compared faster, as plain data for another thread. */
  readonly knownComparisons: () => readonly KnownComparison[];
  /** Takes over what another thread found with the same inputs and options; `sources`: the captures of all nodes, by name. */
  readonly takeComparisons: (known: readonly KnownComparison[], sources: ReadonlyMap<string, Source>) => void;
}

/** Reads and selects: all that is common to the nodes of a fleet. `prepared` is undefined when there is no answer. */
export function prepareDiff(
  given: Iterable<Source>,
  options: Omit<DiffOptions, "before"> = {},
): { readonly prepared: PreparedDiff | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const sources = [...given];
  const {
    cluster,
    proxyConfiguration,
    diagnostics: read,
  } = readQuestion(sources, {
    rulesOnly: true,
    asked: { service: options.service, namespace: options.namespace },
    ...options,
  });
  if (!cluster) return { prepared: undefined, diagnostics: locateDiagnostics(read) };
  const { filter, diagnostics: unselected } = selectServices(cluster, options);
  const diagnostics = locateDiagnostics([...read, ...unselected]);
  if (isFatal(unselected)) return { prepared: undefined, diagnostics };
  const wishes = proxyConfiguration ? { ...options, proxyConfiguration } : options;
  const { before, namespaces } = splitBundles(sources);
  // What was not collected is not missing, and what the node has of it is not stale.
  const collected = namespaces.length > 0 ? { namespaces: new Set(namespaces) } : {};
  const changedMeanwhile =
    before.length > 0 ? changedServices(readObjects(before, options).cluster, cluster) : undefined;
  // A single node needs none of this kept.
  const knownChains: KnownChains = new Map();
  let compared = 0;
  const wanted = { ...filter, ...collected };
  const known = new KnownReports(cluster, wishes);
  const knownComparisons = new KnownComparisons(cluster, knownChains);
  // With two dumps what changed is known; with one the slices tell when they changed last.
  const youngerThan = (capturedAt?: string) =>
    changedMeanwhile === undefined && capturedAt !== undefined ? servicesYoungerThan(capturedAt, cluster) : undefined;
  const compareNode = async ({ captures, node, younger }: Asked) => {
    const own = node === undefined ? wishes : { ...wishes, node };
    const around = {
      changedMeanwhile,
      younger,
      knownComparisons,
      knownChains: compared++ > 0 ? knownChains : undefined,
    };
    return located(await diffNode(cluster, own, captures, wanted, around));
  };
  const compare: PreparedDiff["compare"] = async (captures, node, capturedAt) => {
    const { basis: _, ...result } = await compareNode({ captures, node, younger: youngerThan(capturedAt) });
    return result;
  };
  const report: PreparedDiff["report"] = async (captures, node, capturedAt, told) => {
    const digest = told ?? known.digestOf(captures);
    const asked = { captures, node, younger: youngerThan(capturedAt) };
    const found = digest === undefined ? undefined : await known.find(asked, digest);
    return found ?? known.add(asked, await compareNode(asked), digest);
  };
  const nodeNames = cluster.nodes.map(({ metadata }) => metadata.name);
  const prepared: PreparedDiff = {
    nodeNames,
    compare,
    report,
    knowsReports: (digest) => known.has(digest),
    knownComparisons: () => knownComparisons.all(),
    takeComparisons: (...of) => knownComparisons.take(...of),
  };
  return { prepared, diagnostics };
}

/**
 * Compares what one node holds with what kube-proxy would program there. What is not wished is told from the captures,
 * and stands under the report's assumptions.
 *
 * @example
 * import { diff, sourceFromText } from "svcrules";
 *
 * const node = sourceFromText("node.txt", iptablesSave);
 * const { report, patch } = await diff([sourceFromText("dump.yaml", dump)], [node]);
 * for (const { kind, service, message } of report?.changes ?? []) process.stdout.write(`${kind} ${service}: ${message}\n`);
 * assert(report?.identical === false && [...patch()].length > 0);
 */
export async function diff(
  sources: Iterable<Source>,
  captures: readonly Source[],
  options: DiffOptions = {},
): Promise<DiffResult> {
  if (options.before) return located(await diffCaptures(options.before, captures, options));
  const { prepared, diagnostics } = prepareDiff(sources, options);
  if (!prepared) return notCompared(diagnostics);
  const result = await prepared.compare(captures);
  return { ...result, diagnostics: [...diagnostics, ...result.diagnostics] };
}

function located<Result extends DiffResult>(result: Result): Result {
  return { ...result, diagnostics: locateDiagnostics(result.diagnostics) };
}
