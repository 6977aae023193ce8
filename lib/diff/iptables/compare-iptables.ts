/** Two sides of iptables rules as changes: service ports by meaning, kube-proxy's own chains by rule. */
import type { IPFamily } from "../../net/ip.js";
import { compareServicePorts } from "../compare-views.js";
import { orderChanges } from "../order-changes.js";
import type { Change } from "../types.js";
import {
  baseChanges,
  duplicateChanges,
  jumpChanges,
  leftoverChanges,
  oddChange,
  type OddRule,
} from "./base-changes.js";
import { compareChain, type ChainDifference } from "./compare-chain.js";
import { cutServices, type CutServices } from "./cut-services.js";
import { findUnreadable, type UnreadableRule } from "./find-unreadable.js";
import { findLocalDetectionChange, withoutLocalDetection, type ViewPair } from "./local-detection.js";
import { dispatchChainsOf, isDispatchChain, isEndpointChain, serviceHashOf, SERVICE_PREFIXES } from "./kube-chains.js";
import type { KubeRule } from "./kube-rule.js";
import { MatchedChains } from "./matched-chains.js";
import type { NodeAddresses } from "./node-addresses.js";
import { Owners } from "./owners.js";
import { readServicePort, type EntryRule, type ServicePortReading } from "./read-service.js";
import { forgetRules, Side, type Chains, type SideTables } from "./side.js";
import { BUILT_IN_CHAINS, isCutChain } from "../../rulesets/iptables/capture.js";
import type { TableName } from "../../rulesets/iptables/types.js";

export interface IptablesComparison {
  readonly changes: readonly Change[];
  /** Chains that differ, for patches and unified diffs. */
  readonly differences: readonly ChainDifference[];
  /** What could not be compared because the capture is cut. */
  readonly cut: CutServices;
  /** Rules of the node that cannot be read. */
  readonly unreadable: readonly UnreadableRule[];
  /** Names found, by the hash of the chains. */
  readonly owners: Owners;
}

/** Compares the tables that both sides have. `expected` may be what a node held before. */
export function compareIptables(
  expectedTables: SideTables,
  actualTables: SideTables,
  family: IPFamily,
  own?: NodeAddresses,
): IptablesComparison {
  const common = (tables: SideTables, others: SideTables): SideTables =>
    new Map([...tables].filter(([name]) => others.has(name)));
  const expected = new Side(common(expectedTables, actualTables), family);
  const actual = new Side(common(actualTables, expectedTables), family);
  const owners = new Owners([expected, actual]);
  const scope = compareChains(expected, actual);
  const touched = touchedServices(scope.differences, scope.extraChains, owners);
  const cut = cutServices(expected, actual, owners);
  for (const hash of cut.hashes) touched.delete(hash);

  const readings = readBothSides(expected, actual, touched, owners, scope);
  const local = findLocalDetectionChange(expected, readings.values());
  const changes: Change[] = local ? [local] : [];
  const changed = new Set<string>();
  for (const [hash, reading] of readings) {
    const found = changesOf(reading, local !== undefined);
    if (found.length > 0) changed.add(hash);
    changes.push(...found);
  }
  const used = usedEndpointChains(actual, scope);
  const unused = scope.extraChains.filter(({ chain }) => {
    const hash = serviceHashOf(chain);
    if (hash === undefined) return !used.has(chain);
    return touched.has(hash) && !changed.has(hash);
  });
  changes.push(
    ...baseChanges(scope.differences, owners, expected, actual),
    ...duplicateChanges(scope.differences, owners),
    ...jumpChanges(expected, actual, owners, own),
    ...leftoverChanges(
      actual,
      expected,
      scope.unequal,
      unused.map(({ chain }) => chain),
    ),
  );
  return {
    changes: orderChanges(changes),
    differences: scope.differences,
    cut,
    unreadable: findUnreadable(actual, scope.unequal),
    owners,
  };
}

interface TableChain {
  readonly table: TableName;
  readonly chain: string;
}

interface Scope {
  readonly differences: readonly ChainDifference[];
  /** kube-proxy's per-service chains that only the node has. */
  readonly extraChains: readonly TableChain[];
  /** Chains of the node that are not, character for character, as expected. */
  readonly unequal: readonly TableChain[];
}

function compareChains(expected: Side, actual: Side): Scope {
  const differences: ChainDifference[] = [];
  const extraChains: TableChain[] = [];
  const unequal: TableChain[] = [];
  for (const [table, { chains }] of expected.tables) {
    const held = actual.tables.get(table)!;
    const { differing, extra } = differingChains(chains, held.chains);
    for (const [chain, wanted] of differing) {
      const found = held.chains.get(chain);
      if (found === wanted) continue;
      if (found) unequal.push({ table, chain });
      if (BUILT_IN_CHAINS.has(chain) || !chain.startsWith("KUBE-")) continue;
      if (isCutChain(held, chain)) continue;
      const difference = compareChain(expected, actual, table, chain);
      if (difference) differences.push(isOfService(chain) ? { ...difference, missing: [], extra: [] } : difference);
      forgetRules();
    }
    for (const chain of extra) {
      unequal.push({ table, chain });
      if (isOfService(chain)) extraChains.push({ table, chain });
    }
  }
  return { differences, extraChains, unequal };
}

/** Chains that may differ, and those that only the node has. */
function differingChains(
  expected: Chains,
  held: Chains,
): { readonly differing: Chains; readonly extra: Iterable<string> } {
  if (expected instanceof MatchedChains && expected.held === held) return expected;
  return { differing: expected, extra: [...held.keys()].filter((chain) => !expected.has(chain)) };
}

/** Whether a chain is one of a service port's own; which of its rules differ is read when it is looked at. */
function isOfService(chain: string): boolean {
  return serviceHashOf(chain) !== undefined || isEndpointChain(chain);
}

/** Endpoint chains that a chain of the node jumps to, where that chain is not as expected. */
function usedEndpointChains(actual: Side, { differences, extraChains }: Scope): Set<string> {
  const used = new Set<string>();
  for (const { table, chain } of [...differences, ...extraChains])
    if (serviceHashOf(chain) !== undefined)
      for (const text of actual.chain(table, chain)?.texts ?? []) used.add(jumpTarget(text) ?? "");
  return used;
}

/** The hashes of all service ports that a differing line belongs to. */
function touchedServices(
  differences: readonly ChainDifference[],
  extraChains: Scope["extraChains"],
  owners: Owners,
): Set<string> {
  const touched = new Set<string>();
  const add = (hash: string | undefined) => {
    if (hash !== undefined) touched.add(hash);
  };
  const endpointChains = differences.map(({ chain }) => chain).filter(isEndpointChain);
  const endpointOwners = owners.ownersOfEndpointChains(endpointChains);
  for (const chain of endpointChains) for (const hash of endpointOwners.get(chain) ?? []) add(hash);
  for (const { table, chain, missing, extra, duplicates } of differences) {
    add(serviceHashOf(chain));
    if (!isDispatchChain(table, chain)) continue;
    for (const rule of [...missing, ...extra, ...duplicates]) {
      add(owners.ownerOf(rule, table));
      if (rule.target.kind === "jump") add(serviceHashOf(rule.target.chain));
    }
  }
  for (const { chain } of extraChains) add(serviceHashOf(chain));
  return touched;
}

/** A touched service port of both sides. */
interface Reading extends ViewPair {
  /** Rules of the node's chains that say nothing that a view holds, and are not expected there. */
  readonly odd: readonly OddRule[];
}

/** What is wrong with one service port; `isLocalTold`: which traffic counts as local has been reported for all. */
function changesOf({ wanted, held, odd }: Reading, isLocalTold: boolean): Change[] {
  const [expected, actual] = isLocalTold
    ? [withoutLocalDetection(wanted), withoutLocalDetection(held)]
    : [wanted, held];
  const found =
    expected.frontends.length + actual.frontends.length > 0 ? compareServicePorts([expected], [actual]) : [];
  if (found.length > 0) return [...found, ...odd.filter(({ takes }) => takes).map((rule) => oddChange(rule, actual))];
  return odd.map((rule) => oddChange(rule, actual));
}

/** Reads the touched service ports, after all names are known; by hash. */
function readBothSides(
  expected: Side,
  actual: Side,
  touched: ReadonlySet<string>,
  owners: Owners,
  { differences }: Scope,
): Map<string, Reading> {
  const readings = new Map<string, Reading>();
  if (touched.size === 0) return readings;
  const differing = new Set(differences.flatMap((d) => [...d.missing, ...d.extra].map((rule) => rule.text)));
  const wantedEntries = findEntries(expected, touched, owners, differing);
  const heldEntries = findEntries(actual, touched, owners, differing);
  for (const hash of touched) {
    for (const side of [expected, actual]) rememberName(side, hash, owners);
    forgetRules();
  }
  for (const hash of touched) {
    const name = owners.nameOf(hash);
    const wanted = readServicePort(expected, hash, name, wantedEntries.get(hash) ?? []);
    const held = readServicePort(actual, hash, name, heldEntries.get(hash) ?? []);
    readings.set(hash, { wanted: wanted.view, held: held.view, odd: unexpectedOf(wanted.odd, held) });
    forgetRules();
  }
  return readings;
}

/** Not the rules themselves: what they were read into would be kept of every service port. */
function unexpectedOf(wanted: readonly KubeRule[], { odd, taking }: ServicePortReading): OddRule[] {
  const known = new Set(wanted.map((rule) => rule.meaning));
  return odd
    .filter((rule) => !known.has(rule.meaning))
    .map((rule) => ({ chain: rule.chain, text: rule.text, at: rule.at, takes: taking.has(rule) }));
}

/** The rules of the dispatch chains that belong to touched service ports. */
function findEntries(
  side: Side,
  touched: ReadonlySet<string>,
  owners: Owners,
  differing: ReadonlySet<string>,
): Map<string, EntryRule[]> {
  const entries = new Map<string, EntryRule[]>();
  for (const [table, { chains }] of side.tables)
    for (const chain of dispatchChainsOf(table))
      for (const [i, text] of (chains.get(chain)?.texts ?? []).entries()) {
        const target = jumpTarget(text);
        const jumped = target === undefined ? undefined : serviceHashOf(target);
        // A rule that jumps to a service port that is not touched belongs to it, unless the rule itself differs.
        if (jumped !== undefined && !touched.has(jumped) && !differing.has(text)) continue;
        const rule = side.ruleAt(table, chain, i);
        const hash = owners.ownerOf(rule, table);
        if (hash === undefined || !touched.has(hash)) continue;
        const own = entries.get(hash);
        if (own) own.push({ table, rule });
        else entries.set(hash, [{ table, rule }]);
      }
  return entries;
}

/** Lets the comments inside a service port's chains tell its name when no rule that leads to it does. */
function rememberName(side: Side, hash: string, owners: Owners): void {
  for (const prefix of SERVICE_PREFIXES) {
    if (owners.nameOf(hash)) return;
    for (const rule of side.rulesOf("nat", prefix + hash)) owners.ownerOf(rule, "nat");
  }
}

function jumpTarget(text: string): string | undefined {
  const at = text.lastIndexOf(" -j ");
  if (at < 0) return undefined;
  const end = text.indexOf(" ", at + 4);
  return end < 0 ? text.slice(at + 4) : text.slice(at + 4, end);
}
