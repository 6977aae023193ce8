/** Errors that no packet notices are warnings: told by tracing packets through the node's rules and through the right ones. */
import type { BackendInput, ServicePortWithEndpoints } from "../backends/input.js";
import type { Cluster } from "../cluster/types.js";
import type { Change, DiffReport } from "../diff/types.js";
import { isOfOthers } from "../diff/view-words.js";
import { familyOfIP } from "../net/ip.js";
import type { Compiled } from "../pipeline/artifacts.js";
import type { Source } from "../source/source.js";
import { distributionOfOutcomes, equalDistributions, prepareTrace } from "../trace/index.js";
import type { Packet, Trace, TracedNode } from "../trace/index.js";
import { readCapturedRules } from "./captured-rules.js";
import { makeReport } from "./make-report.js";
import { restoredNode } from "./restored-node.js";
import { mentionedPackets } from "./mentioned-packets.js";
import { nodePortPackets, packetsOfPort, packetsToNode, strangersOf } from "./sample-packets.js";
import { localAddressesOf } from "../explain/clients.js";
import { tracedNodeOf } from "./traced-node.js";

/** Larger captures take longer to trace than to compare. */
const MOST_BYTES = 1024 * 1024;
const MOST_PORTS = 40;
const MOST_PACKETS = 3000;
const MOST_LOCAL = 4;

export interface Weighing {
  readonly cluster: Cluster;
  /** Read anew, since its service ports are iterated once. */
  readonly input: () => BackendInput;
  readonly compiled: Compiled;
  readonly sources: readonly Source[];
}

function errorsOf({ changes }: DiffReport): Change[] {
  return changes.filter(({ severity }) => severity === "error");
}

/**
 * By how many bytes the captures are too large for packets to be tried: what comes of packets hangs on the addresses of the
 * node. 0 or less where they are tried, Infinity where none would be, however small the captures are.
 */
export function bytesBeyondWeighing(report: DiffReport, sources: readonly Source[]): number {
  const errors = errorsOf(report);
  if (errors.length === 0 || errors.some(isBeyondPackets) || report.coverage.notCompared.length > 0) return Infinity;
  return sources.reduce((sum, { size }) => sum + size, 0) - MOST_BYTES;
}

/** The report with warnings in place of errors where each packet that is tried fares as it should all the same. */
export function weighErrors(report: DiffReport, weighing: Weighing): DiffReport {
  if (bytesBeyondWeighing(report, weighing.sources) > 0) return report;
  const errors = errorsOf(report);
  const { input, cluster } = weighing;
  const { node, diagnostics, hasVirtualServers } = readCapturedRules(weighing.sources);
  if (diagnostics.some(({ severity }) => severity === "error")) return report;
  const own = input();
  const captured = [...new Set([...localAddressesOf(own), ...node.facts.localAddresses])];
  // A node has addresses that no Node object lists, of bridges for one.
  const localAddresses = node.facts.mayHaveMoreAddresses ? [...captured, strangersOf(own).bridge] : captured;
  const held: TracedNode = { ...node, facts: { localAddresses } };
  const wanted = restoredNode(held, tracedNodeOf(weighing.compiled, held.facts), hasVirtualServers);
  if (!wanted) return report;
  const packets = samplePackets(errors, cluster, own, localAddresses);
  if (!packets || packets.length > MOST_PACKETS || !fareAlike(held, wanted, packets)) return report;
  const changes = report.changes.map((change) =>
    change.severity === "error" ? { ...change, severity: "warning" as const } : change,
  );
  const words = `each of ${packets.length} packets that were traced fares as it should all the same, so that differences are warnings`;
  const { coverage, inferred, summary } = report;
  const assumptions = [...report.assumptions, words];
  return makeReport(report, { changes, assumptions, coverage, inferred, services: summary.services });
}

/** What comes with time, or by what no trace knows: schedulers, an interface that is not there, rules with odd conditions. */
function isBeyondPackets(change: Change): boolean {
  const { kind, chain, message, actual } = change;
  if (kind === "affinity-changed" || kind === "scheduler-changed" || kind === "leftover-chain") return true;
  if (kind === "unknown-rule" && !actual.every(isPlain)) return true;
  // Of another program, which would be there with kube-proxy's own rules as they should be too.
  if (isOfOthers(change)) return true;
  return chain === "kube-ipvs0" || / vanish |forgets its elements|is dormant/.test(message);
}

/** A rule that asks for nothing but addresses, protocol and port. */
function isPlain(line: string): boolean {
  const bare = line.replace(/ -m comment --comment ("[^"]*"|\S+)/, "");
  return /^-A \S+(( !)? -[sd] \S+)*( -p \S+)?( -m (tcp|udp|sctp))?( --dport \d+)?( -[jg] KUBE-\S+)?$/.test(bare);
}

/** Those of what the errors name first; undefined where they name too much. */
export function samplePackets(
  errors: readonly Change[],
  cluster: Cluster,
  input: BackendInput,
  localAddresses: readonly string[] = [],
): Packet[] | undefined {
  const mentioned = mentionedPackets(errors, input);
  if (!mentioned) return undefined;
  const { addresses, packets } = mentioned;
  const named = new Set(errors.map(({ service }) => service));
  const [told, others]: [ServicePortWithEndpoints[], ServicePortWithEndpoints[]] = [[], []];
  for (const own of input.servicePorts) {
    if (named.has(`${own.port.namespace}/${own.port.service}`)) told.push(own);
    else if (others.length < MOST_PORTS) others.push(own);
  }
  if (told.length > MOST_PORTS) return undefined;
  return [
    ...packets,
    ...told.flatMap((own) => packetsOfPort(own, cluster, input, addresses)),
    ...others.flatMap((own) => packetsOfPort(own, cluster, input)),
    ...packetsToNode(input),
    ...nodePortPackets([...told, ...others], [...addresses, ...ownOf(localAddresses, input)], input),
  ];
}

/** The last ones of the family, a bridge's among them. */
function ownOf(localAddresses: readonly string[], { family }: BackendInput): readonly string[] {
  return localAddresses.filter((address) => familyOfIP(address) === family).slice(-MOST_LOCAL);
}

/** Clients that nobody remembers, and each affinity with clients that it does. */
function fareAlike(a: TracedNode, b: TracedNode, packets: readonly Packet[]): boolean {
  const tracers = [prepareTrace(a), prepareTrace(b)] as const;
  const names = new Set<string>();
  for (const packet of packets) {
    const [x, y] = [tracers[0](packet), tracers[1](packet)];
    if (!isSame(x, y) || rememberedIn(x).join() !== rememberedIn(y).join()) return false;
    for (const name of rememberedIn(x)) names.add(name);
  }
  if (names.size === 0) return true;
  const clients = [...new Set(packets.map(({ source }) => source))];
  for (const name of names) {
    const affinity = new Map([[name, clients]]);
    const [x, y] = [a, b].map((node) => prepareTrace({ ...node, facts: { ...node.facts, affinity } }));
    if (!packets.every((packet) => isSame(x!(packet), y!(packet)))) return false;
  }
  return true;
}

function isSame(a: Trace, b: Trace): boolean {
  const [x, y] = [casesOf(a), casesOf(b)];
  return (
    x.length === y.length &&
    x.every(({ conditions, outcomes }, i) => {
      const other = y[i]!;
      if (JSON.stringify(conditions) !== JSON.stringify(other.conditions)) return false;
      const isOpen = outcomes.some(({ outcome }) => outcome.kind === "unknown");
      return !isOpen && equalDistributions(distributionOfOutcomes(outcomes), distributionOfOutcomes(other.outcomes));
    })
  );
}

function casesOf({ cases, outcomes }: Trace) {
  return cases ?? [{ conditions: [], outcomes }];
}

function rememberedIn({ outcomes }: Trace): string[] {
  return [...new Set(outcomes.flatMap(({ paths }) => paths.flatMap((path) => path.remembered)))].sort();
}
