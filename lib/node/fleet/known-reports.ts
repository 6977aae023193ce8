/**
 * Reports of nodes whose captures tell what those of a node before told: most nodes of a fleet are alike, those that drifted
 * too, and what was found on one need not be looked for on the others. Only where the rules that are expected of both are the
 * same, and nothing else of the node can enter what is found; everything else is compared.
 */
import type { Cluster } from "../../cluster/types.js";
import type { DiffReport, FileLine } from "../../diff/types.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Situation, Wishes } from "../../pipeline/situation.js";
import { digestCaptures } from "../../rulesets/capture-text/digest-capture.js";
import { ownSetsOf } from "../../rulesets/capture-text/own-sets.js";
import type { Source } from "../../source/source.js";
import type { ComparedNode } from "../diff-node.js";
import { AlikeListings, isAsListed } from "./alike-listings.js";
import { digestByNode, servicesByNode, situationOfNodes } from "./rules-by-node.js";
import { settleTold, type Settled, type Told } from "../settle-node.js";

export interface NodeReport {
  readonly report: DiffReport | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** A node that was compared. */
interface Known {
  readonly node: string | undefined;
  readonly captures: readonly Source[];
  readonly told: Told;
  readonly report: DiffReport;
  readonly diagnostics: readonly Diagnostic[];
  /** Of the basis of the comparison. */
  readonly beyondWeighing: number;
  /** Services whose endpoints are younger than the captures. */
  readonly younger: string;
  /** Whether a text of the report or a diagnostic names a file, and the node. */
  readonly namesFile: boolean;
  readonly namesNode: boolean;
  /** Of the captures, made when asked for. */
  digest?: string;
  /** Of the rules that are by node, likewise. */
  rules?: string;
  /** Whether the digest leaves something out, likewise. */
  hasOwnSets?: boolean;
}

/** A node that is asked about. */
export interface Asked {
  readonly captures: readonly Source[];
  readonly node?: string | undefined;
  /** Services whose endpoints are younger than the captures. */
  readonly younger?: ReadonlySet<string> | undefined;
}

/** How many nodes without changes are kept, and how many with some: of these the ones found last. */
const MOST_KNOWN = 100;
const MOST_DRIFTED = 64;

/**
 * Hashing takes a sixth of the time of a comparison: after so many nodes in a row of which it told nothing, only every fourth is
 * hashed until one is known.
 */
const MOST_IN_VAIN = 4;
const SELDOM = 4;

export class KnownReports {
  private inVain = 0;
  /** The one found last is the last. */
  private all: Known[] = [];
  /** By how their captures begin, the one known last in front. */
  private readonly byBeginning = new Map<string, Known[]>();
  private readonly byNode = new Map<string, Cluster>();
  private readonly listings: AlikeListings;

  constructor(
    private readonly cluster: Cluster,
    private readonly wishes: Wishes,
  ) {
    this.listings = new AlikeListings(cluster, wishes);
  }

  /** The report of a node, where that of another one says it; undefined where it has to be compared. `digest`: of the captures. */
  async find(asked: Asked, digest: string): Promise<NodeReport | undefined> {
    for (const known of this.alike(asked.captures, digest)) {
      const found = mayTell(known, asked) ? await this.told(known, asked) : undefined;
      if (!found) continue;
      this.all = [...this.all.filter((other) => other !== known), known];
      this.inVain = 0;
      return found;
    }
    return undefined;
  }

  /** What is known of one node, told of another one; undefined where that has to be compared. */
  private async told(known: Known, asked: Asked): Promise<NodeReport | undefined> {
    const [from, node] = [known.node, asked.node];
    if (known.report.mode === "nftables") {
      if (from === undefined || node === undefined || known.namesFile || known.namesNode) return undefined;
      const report = await this.listings.tell(known as Known & { node: string }, { ...asked, node });
      return report && { report, diagnostics: known.diagnostics };
    }
    if (!haveSameSets(known, asked.captures)) return undefined;
    return from === node || this.areAlike(known, node) ? renamed(known, asked) : undefined;
  }

  /**
   * The digest of a node's captures; undefined where it would tell nothing, since none that are known begin like them, or where
   * it has told nothing of many.
   */
  digestOf(captures: readonly Source[]): string | undefined {
    if (this.all.length === 0 || this.begunAs(captures).length === 0) return undefined;
    if (this.inVain++ >= MOST_IN_VAIN && this.inVain % SELDOM > 0) return undefined;
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

  /**
   * Keeps what was found on a node, if that may do for others; `digest`: of the captures, where it is known. What was found
   * comes back without texts that were cut out of a capture, since these keep a part of it in memory.
   */
  add({ captures, node, younger }: Asked, compared: ComparedNode, digest?: string): NodeReport {
    const { report, diagnostics, basis } = compared;
    if (!report || !basis || !this.mayKeep(compared, node)) return { report: structuredClone(report), diagnostics };
    const { told, ...kept } = structuredClone({ told: basis.told, report, diagnostics });
    const words = wordsOf(kept);
    const names = (name = "") => words.includes(JSON.stringify(name).slice(1, -1));
    const known: Known = {
      node,
      captures,
      told,
      ...kept,
      beyondWeighing: basis.beyondWeighing,
      younger: listed(younger),
      namesFile: captures.some(({ name }) => names(name)),
      namesNode: names(node),
      ...(digest !== undefined && { digest }),
    };
    if (!OWN_COUNTS.test(words)) this.keep(known);
    return kept;
  }

  private mayKeep(compared: ComparedNode, node: string | undefined): boolean {
    const { report, diagnostics, basis } = compared;
    if (node !== undefined && isAsListed(this.cluster, compared)) return this.all.length < MOST_KNOWN;
    if (!report || !basis || report.mode !== "iptables" || basis.beyondWeighing <= 0) return false;
    if (diagnostics.some(({ at, severity }) => at || severity === "error")) return false;
    if (basis.hangsOnNode || basis.tellsNode()) return false;
    return report.changes.length > 0 || this.all.filter((known) => !isDrifted(known)).length < MOST_KNOWN;
  }

  private keep(known: Known): void {
    const begin = digestCaptures(known.captures, true);
    const begun = this.byBeginning.get(begin) ?? [];
    // Not hashed, although it begins like others: it would have to be for the next one.
    if (begun.length > 0 && known.digest === undefined) return;
    this.byBeginning.set(begin, [known, ...begun]);
    this.all.push(known);
    const drifted = isDrifted(known) ? this.all.filter(isDrifted) : [];
    if (drifted.length > MOST_DRIFTED) this.forget(drifted[0]!);
  }

  private forget(known: Known): void {
    const others = (all: readonly Known[]) => all.filter((other) => other !== known);
    this.all = others(this.all);
    for (const [begin, begun] of this.byBeginning) {
      const left = others(begun);
      if (left.length > 0) this.byBeginning.set(begin, left);
      else this.byBeginning.delete(begin);
    }
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
    known.rules ??= digestByNode(services, a.situation, families);
    return known.rules === digestByNode(services, b.situation, families);
  }

  private servicesByNode(situation: Situation, settled: Settled): Cluster {
    const context = contextOf(settled);
    let services = this.byNode.get(context);
    if (!services) this.byNode.set(context, (services = servicesByNode(this.cluster, situation, settled.families)));
    return services;
  }
}

/** Digests leave out the sets of nft that hold what is the node's own. Captures of one digest have as many. */
function haveSameSets(known: Known, captures: readonly Source[]): boolean {
  const setsOf = (sources: readonly Source[]) => sources.map((source) => ownSetsOf(source).sets);
  known.hasOwnSets ??= setsOf(known.captures).some(({ length }) => length > 0);
  return !known.hasOwnSets || JSON.stringify(setsOf(known.captures)) === JSON.stringify(setsOf(captures));
}

/** All that was settled, save what the node is. */
function contextOf({ facts: _, ...settled }: Settled): string {
  const { situation } = settled;
  return JSON.stringify({ ...settled, situation: situation && situationOfNodes(situation) });
}

function isDrifted({ report }: Known): boolean {
  return report.changes.length > 0;
}

/**
 * Counters and times, as iptables-save writes them: captures with the same digest may have others, and a text that holds some is
 * of one node alone. Those of kube-proxy's own chains are always 0.
 */
const OWN_COUNTS = /(?<! - )\[\d+:\d+\]|\d\d:\d\d:\d\d \d{4}/;

/** Whether captures that say the same are read the same way, and what was found is judged the same way. */
function mayTell(known: Known, { captures, younger }: Asked): boolean {
  const formOf = ({ dump, leftOut }: Source) => JSON.stringify([dump, leftOut]);
  if (captures.some((source, i) => formOf(source) !== formOf(known.captures[i]!))) return false;
  if (!isDrifted(known)) return true;
  const sizeOf = (sources: readonly Source[]) => sources.reduce((sum, { size }) => sum + size, 0);
  return sizeOf(known.captures) - sizeOf(captures) < known.beyondWeighing && known.younger === listed(younger);
}

function listed(services: ReadonlySet<string> = new Set()): string {
  return JSON.stringify([...services].sort());
}

/** The report under another node's name; undefined where the first one's may stand in its words. */
function renamed(known: Known, { captures, node }: Asked): NodeReport | undefined {
  const [before, names] = [namesOf(known.captures), namesOf(captures)];
  if (new Set(before).size < before.length || new Set(names).size < names.length) return undefined;
  if (known.namesFile || (known.node !== node && known.namesNode)) return undefined;
  const nameOf = new Map(before.map((name, i) => [name, names[i]!]));
  const { report, diagnostics } = known;
  if (!placesOf(report).every(({ file }) => nameOf.has(file))) return undefined;
  const moved = <T extends Placed>(one: T): T =>
    one.at ? { ...one, at: { ...one.at, file: nameOf.get(one.at.file)! } } : one;
  const inferred = report.inferred.map((setting) => ({ ...setting, evidence: setting.evidence.map(moved) }));
  const changes = report.changes.map(moved);
  return { report: { ...report, node: node ?? report.node, inferred, changes }, diagnostics };
}

function namesOf(sources: readonly Source[]): string[] {
  return sources.map(({ name }) => name);
}

interface Placed {
  readonly at?: FileLine;
}

function placesOf({ inferred, changes }: DiffReport): FileLine[] {
  const placed: Placed[] = [...inferred.flatMap(({ evidence }) => evidence), ...changes];
  return placed.flatMap(({ at }) => at ?? []);
}

/** All texts, without the node and the places, which are set anew. */
function wordsOf({ report, diagnostics }: { report: DiffReport; diagnostics: readonly Diagnostic[] }): string {
  const { node: _, ...others } = report;
  return JSON.stringify([others, diagnostics], (key, value: unknown) => (key === "at" ? undefined : value));
}
