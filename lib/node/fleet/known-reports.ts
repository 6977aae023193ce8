/**
 * Reports of nodes whose captures tell what those of a node before told: most nodes of a fleet are alike, and what was
 * found on one need not be looked for on the others. Only where nothing at all was found; everything else is compared.
 */
import type { Cluster } from "../../cluster/types.js";
import type { DiffReport } from "../../diff/types.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { ServiceFilter } from "../../pipeline/compile.js";
import type { Situation, Wishes } from "../../pipeline/situation.js";
import { digestCaptures } from "../../rulesets/capture-text/digest-capture.js";
import type { Source } from "../../source/source.js";
import type { ComparedNode } from "../diff-node.js";
import { digestByNode, servicesByNode, situationOfNodes } from "./rules-by-node.js";
import { settleTold, type Settled, type Told } from "../settle-node.js";

export interface NodeReport {
  readonly report: DiffReport | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** A node on which nothing was found. */
interface Known {
  readonly node: string | undefined;
  readonly captures: readonly Source[];
  readonly told: Told;
  readonly report: DiffReport;
  readonly diagnostics: readonly Diagnostic[];
  /** Of the captures, made when asked for. */
  digest?: string;
  /** Of the rules that are by node, likewise. */
  rules?: string;
}

/** How many different nodes are kept. */
const MOST_KNOWN = 100;

export class KnownReports {
  private readonly all: Known[] = [];
  /** By how their captures begin, the one known last in front. */
  private readonly byBeginning = new Map<string, Known[]>();
  private readonly byNode = new Map<string, Cluster>();

  constructor(
    private readonly cluster: Cluster,
    private readonly wishes: Wishes,
    private readonly filter: ServiceFilter,
  ) {}

  /** The report of a node, where that of another one says it; undefined where it has to be compared. `digest`: of the captures. */
  find(captures: readonly Source[], node: string | undefined, digest: string): NodeReport | undefined {
    for (const known of this.alike(captures, digest))
      if (known.node === node || this.areAlike(known, node)) {
        const found = renamed(known, node, captures);
        if (found) return found;
      }
    return undefined;
  }

  /** The digest of a node's captures; undefined where it would tell nothing, since none that are known begin like them. */
  digestOf(captures: readonly Source[]): string | undefined {
    if (this.all.length === 0 || this.begunAs(captures).length === 0) return undefined;
    return digestCaptures(captures);
  }

  /** Whether there is a report that may do for others; `digest`: with these captures. */
  has(digest?: string): boolean {
    return this.all.some((known) => digest === undefined || known.digest === digest);
  }

  /** Those that begin as the captures do, each with its digest. */
  private begunAs(captures: readonly Source[]): readonly Known[] {
    const begun = this.byBeginning.get(digestCaptures(captures, true)) ?? [];
    for (const known of begun) known.digest ??= digestCaptures(known.captures);
    return begun;
  }

  private alike(captures: readonly Source[], digest: string): readonly Known[] {
    const isAlike = (known: Known) => known.digest === digest;
    return this.all.some(isAlike) ? this.all.filter(isAlike) : this.begunAs(captures).filter(isAlike);
  }

  /** Keeps what was found on a node, if that may do for others; `digest`: of the captures, where it is known. */
  add(captures: readonly Source[], node: string | undefined, compared: ComparedNode, digest?: string): void {
    const { report, diagnostics, basis } = compared;
    if (!report?.identical || !basis || report.mode !== "iptables" || this.all.length >= MOST_KNOWN) return;
    if (report.changes.length > 0 || diagnostics.some(({ at, severity }) => at || severity === "error")) return;
    if (basis.tellsNode()) return;
    // Copies, since texts that were cut out of a capture keep a part of it in memory.
    const { told, ...kept } = structuredClone({ told: basis.told, report, diagnostics });
    const begin = digestCaptures(captures, true);
    const known: Known = { node, captures, told, ...kept, ...(digest !== undefined && { digest }) };
    this.byBeginning.set(begin, [known, ...(this.byBeginning.get(begin) ?? [])]);
    this.all.push(known);
  }

  /** Whether everything that the nodes are compared with is the same. */
  private areAlike(known: Known, node: string | undefined): boolean {
    if (known.node === undefined || node === undefined) return false;
    const [a, b] = [known.node, node].map((name) =>
      settleTold(this.cluster, { ...this.wishes, node: name }, known.told),
    ) as [Settled, Settled];
    if (!a.situation || !b.situation || contextOf(a) !== contextOf(b)) return false;
    const { families } = a;
    const services = this.servicesByNode(a.situation, a);
    known.rules ??= digestByNode(services, a.situation, families, this.filter);
    return known.rules === digestByNode(services, b.situation, families, this.filter);
  }

  private servicesByNode(situation: Situation, settled: Settled): Cluster {
    const context = contextOf(settled);
    let services = this.byNode.get(context);
    if (!services) this.byNode.set(context, (services = servicesByNode(this.cluster, situation, settled.families)));
    return services;
  }
}

/** All that was settled, save what the node is. */
function contextOf({ facts: _, ...settled }: Settled): string {
  const { situation } = settled;
  return JSON.stringify({ ...settled, situation: situation && situationOfNodes(situation) });
}

/** The report under another node's name; undefined where the first one's may stand in its words. */
function renamed(known: Known, node: string | undefined, captures: readonly Source[]): NodeReport | undefined {
  const before = known.captures.map(({ name }) => name);
  if (new Set(before).size < before.length) return undefined;
  const nameOf = new Map(before.map((name, i) => [name, captures[i]!.name]));
  const { report, diagnostics } = known;
  const inferred = report.inferred.map((setting) => ({
    ...setting,
    evidence: setting.evidence.map(({ at, ...evidence }) =>
      at ? { ...evidence, at: { ...at, file: nameOf.get(at.file) ?? at.file } } : evidence,
    ),
  }));
  const words = JSON.stringify({ ...report, node: "", inferred: withoutPlaces(report), diagnostics });
  const names = [...before, ...(known.node === node ? [] : [known.node!])];
  if (names.some((name) => words.includes(JSON.stringify(name).slice(1, -1)))) return undefined;
  return { report: { ...report, node: node ?? report.node, inferred }, diagnostics };
}

function withoutPlaces({ inferred }: DiffReport): unknown {
  return inferred.map(({ evidence, ...setting }) => ({ ...setting, evidence: evidence.map(({ text }) => text) }));
}
