/**
 * Comparisons that another node's says: where a node's captures differ from those of one without any difference by just
 * what the rules of both nodes should differ by, nothing differs there either (iptables mode). Everything else is compared.
 */
import { compileIptables } from "../../backends/iptables/index.js";
import type { KnownChains } from "../../backends/iptables/endpoint-chains.js";
import type { Cluster } from "../../cluster/types.js";
import { backendInput, countEndpoints } from "../../pipeline/compile.js";
import type { Situation } from "../../pipeline/situation.js";
import { expectedTables } from "../../render/iptables-expected.js";
import { differingLines, type DifferingLines, type TableLine } from "../../rulesets/capture-text/differing-lines.js";
import { isNamedIPv6 } from "../../rulesets/capture-text/named-ipv6.js";
import type { CapturedTable } from "../../rulesets/iptables/capture.js";
import type { Source } from "../../source/source.js";
import type { FamilyResult } from "../diff-result.js";
import { isExplained, type RulesByChain } from "./explained-lines.js";
import type { NodeReading } from "../read-node.js";
import { mayBeByNode, servicesByNode, situationOfNodes } from "./rules-by-node.js";

/** What one IP family of a node is compared by; `situation` is of that family. */
export interface OneComparison {
  readonly situation: Situation;
  readonly reading: NodeReading;
  readonly sources: readonly Source[];
}

/** A node without any difference, as plain data; `files`: names of the sources that hold its rules. */
export interface KnownComparison {
  readonly situation: Situation;
  readonly shape: string;
  readonly files: readonly string[];
}

interface Known extends Omit<KnownComparison, "files"> {
  readonly captures: readonly Source[];
  /** Its rules that are by node, made when asked for. */
  rules?: RulesByChain;
}

export class KnownComparisons {
  private readonly known = new Map<string, Known>();
  private readonly byNode = new Map<string, Cluster>();

  constructor(
    private readonly cluster: Cluster,
    private readonly chains: KnownChains,
  ) {}

  /** Keeps what a node was compared by, if nothing at all was found. */
  add(one: OneComparison, { report, diagnostics, isExact }: FamilyResult): void {
    if (!report?.identical || isExact !== true) return;
    if (report.changes.length + report.assumptions.length + report.coverage.notGiven.length + diagnostics.length > 0)
      return;
    const context = neighboursOf(one.situation);
    const captures = this.known.has(context) ? undefined : capturesOf(one);
    if (captures)
      this.known.set(context, { situation: one.situation, captures: captures.sources, shape: captures.shape });
  }

  /** What is known by now, for another thread. */
  all(): KnownComparison[] {
    return Array.from(this.known.values(), ({ situation, shape, captures }) => ({
      situation,
      shape,
      files: captures.map(({ name }) => name),
    }));
  }

  /** Takes over what another thread found in comparing with the same cluster; `sources`: of all nodes, by name. */
  take(known: readonly KnownComparison[], sources: ReadonlyMap<string, Source>): void {
    for (const { situation, shape, files } of known) {
      const captures = files.flatMap((name) => sources.get(name) ?? []);
      if (captures.length === files.length) this.known.set(neighboursOf(situation), { situation, shape, captures });
    }
  }

  /** Whether a node is known to have no difference; false where it has to be compared. */
  isAsExpected(one: OneComparison): boolean {
    const known = this.known.get(neighboursOf(one.situation));
    const captures = known && capturesOf(one);
    if (!captures || captures.shape !== known.shape) return false;
    // Asked first: finding the lines that differ takes as long as comparing where there are many.
    const byNode = this.servicesByNode(one.situation);
    const lines = byNode && allDifferingLines(known.captures, captures.sources);
    if (!lines) return false;
    known.rules ??= this.rulesOf(known.situation, byNode);
    return isExplained(lines, known.rules, this.rulesOf(one.situation, byNode), captures.tables);
  }

  /** The cluster of the Services whose rules are by node; undefined where too many are. */
  private servicesByNode(situation: Situation): Cluster | undefined {
    const context = contextOf(situation);
    const byNode = this.byNode.get(context) ?? servicesByNode(this.cluster, situation, [situation.family]);
    this.byNode.set(context, byNode);
    return mayBeByNode(byNode, this.cluster) ? byNode : undefined;
  }

  /** The rules that are by node, and those of no Service. */
  private rulesOf(situation: Situation, byNode: Cluster): RulesByChain {
    const input = { ...backendInput(byNode, situation), clusterEndpoints: countEndpoints(this.cluster, situation) };
    const rules = new Map<string, string[]>();
    for (const table of expectedTables(compileIptables({ ...input, knownChains: this.chains }))) {
      for (const chain of table.lineChains()) rules.set(`${table.name} ${chain}`, []);
      table.eachLine((chain, text) => {
        const key = `${table.name} ${chain}`;
        const lines = rules.get(key);
        if (lines) lines.push(text);
        else rules.set(key, [text]);
      });
      for (const own of table.ownChains())
        for (const { name, text } of own) {
          const lines = text();
          rules.set(`${table.name} ${name}`, lines === "" ? [] : lines.split("\n"));
        }
    }
    return rules;
  }
}

/** Nodes to be held against each other: in other zones other endpoints are hinted at, and most lines may differ. */
function neighboursOf(situation: Situation): string {
  return JSON.stringify([situation.node.zone, situationOfNodes(situation)]);
}

function contextOf(situation: Situation): string {
  return JSON.stringify(situationOfNodes(situation));
}

/**
 * The captures with rules of iptables, their tables, and what these are, save their rules; undefined where anything is
 * unusual about them, or where they are of several families.
 */
function capturesOf({ situation, reading, sources }: OneComparison) {
  if (reading.mode !== "iptables") return undefined;
  const { tables, warnings, diagnostics } = reading.captures;
  const isPlain = ({ name, family, form, complete, cutChains, hasNames }: CapturedTable) =>
    name !== undefined &&
    family === situation.family &&
    form === "save" &&
    complete &&
    cutChains.size === 0 &&
    !hasNames;
  const names = tables.map(({ name }) => name);
  if (warnings.length + diagnostics.length > 0 || !tables.every(isPlain) || new Set(names).size < names.length)
    return undefined;
  const files = [...new Set(tables.map(({ file }) => file))];
  const own = files.map((file) => sources.filter(({ name }) => name === file));
  if (!own.every((found) => found.length === 1)) return undefined;
  const shape = tables.map(({ name, variant, file }) => [name, variant, files.indexOf(file), isNamedIPv6(file)]);
  return { tables, sources: own.flat(), shape: JSON.stringify(shape) };
}

function allDifferingLines(before: readonly Source[], after: readonly Source[]): DifferingLines | undefined {
  const gone: TableLine[] = [];
  const come: TableLine[] = [];
  for (const [i, source] of before.entries()) {
    const lines = differingLines(source, after[i]!);
    if (!lines) return undefined;
    gone.push(...lines.gone);
    come.push(...lines.come);
  }
  return { gone, come };
}
