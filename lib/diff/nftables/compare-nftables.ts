/** kube-proxy's table as it should be against the one a node holds: by normal texts first, by meaning where they differ. */
import { cidrContains, parseCIDR, type CIDR } from "../../net/cidr.js";
import { parseIP } from "../../net/ip.js";
import type { CapturedNftTable, ForeignTable } from "../../rulesets/nftables/capture.js";
import type { NftTable } from "../../rulesets/nftables/types.js";
import { compareServicePorts } from "../compare-views.js";
import { orderChanges } from "../order-changes.js";
import type { Change } from "../types.js";
import { chainChanges, unknownServiceCIDRs, type ChainPlace } from "./chain-changes.js";
import { compareChains, type ChainDifference } from "./compare-chains.js";
import { compareSets, type SetDifference } from "./compare-sets.js";
import { heldSideOf, wantedSideOf } from "./compared-sides.js";
import type { ExpectedNftTable } from "./expected.js";
import { FRONTEND_MAPS, FrontendElements } from "./frontend-elements.js";
import { makeHairpinOwners } from "./hairpin-owners.js";
import { otherLayout } from "./layout.js";
import { iptablesLeftovers, leftoverChain, leftoverSet, referencesOf } from "./leftovers.js";
import { identityOfPath, readObjectName } from "./paths.js";
import { elementChange, pathsOfElement, setDeclarationChange } from "./set-changes.js";
import { SetIndex, type Side } from "./side.js";
import { strayChains } from "./stray-chains.js";
import { markOf } from "./tables-behind.js";
import { frontendPath, makeViews, type KnownElements } from "./views.js";

export interface NftComparison {
  readonly changes: readonly Change[];
  /** What was not compared. */
  readonly assumptions: readonly string[];
  readonly chains: readonly ChainDifference[];
  readonly sets: readonly SetDifference[];
}

export interface NftComparisonInput {
  readonly expected: ExpectedNftTable;
  /** The node's table of the same family; undefined when it has none. */
  readonly actual: CapturedNftTable | undefined;
  readonly foreign?: readonly ForeignTable[];
  /** What tables of other owners do and hold; when left out, what they hold of mode iptables alone. */
  readonly ofOthers?: readonly Change[];
  /** Whose addresses of the node take node ports; undefined where nothing tells. */
  readonly nodePortNetworks?: readonly CIDR[] | undefined;
  /** Of the node itself, as far as they are known. */
  readonly nodeAddresses?: ReadonlySet<string> | undefined;
}

/** Every difference that matters, each once; benign ones have severity info. */
export function compareNftables({
  expected,
  actual,
  foreign = [],
  ofOthers = iptablesLeftovers(foreign, expected.family),
  nodePortNetworks,
  nodeAddresses,
}: NftComparisonInput): NftComparison {
  const leftovers = [...ofOthers];
  if (!actual) return { changes: [missingTable(expected), ...leftovers], assumptions: [], chains: [], sets: [] };
  const expectedSets = new SetIndex(expected);
  const actualSets = new SetIndex(actual);
  const chains = compareChains(expected, actual);
  const sets = compareSets(expectedSets, actualSets, actual.complete);
  if (actual.dormant) leftovers.push(dormantTable(actual));
  if (chains.length === 0 && sets.length === 0)
    return { changes: orderChanges(leftovers), assumptions: [], chains, sets };

  const place: ChainPlace = {
    where: `${expected.family} ${expected.name}`,
    file: actual.file,
    servesNoNodePort: servesNoNodePort(expectedSets, actualSets),
    hasOthers: foreign.length > 0,
    holdsClusterIPs: clusterIPsIn(expectedSets),
    masqueradeMark: markOf(expected),
    ...(nodePortNetworks && { nodePortNetworks }),
  };
  const hairpins = makeHairpinOwners([expected, actual]);
  const paths = new Set<string>();
  for (const { name } of chains) addPath(paths, readObjectName(name)?.path);
  for (const { name, elements } of sets) {
    addPath(paths, readObjectName(name)?.path);
    for (const element of elements)
      if (!element.rival) for (const path of pathsOfElement(element, hairpins)) paths.add(path);
  }
  const wantedSide = wantedSideOf(expected, expectedSets, paths, chains);
  const heldSide = heldSideOf(actual, actualSets, { paths, chains, sets, expected, wanted: wantedSide });
  const known = new FrontendElements(wantedSide, paths);
  const comparable = actual.complete ? paths : capturedPaths(paths, wantedSide, heldSide);
  const viewChanges = compareServicePorts(
    makeViews(wantedSide, { paths: comparable, known, elementsOf: (name) => known.elementsOf(name) }),
    makeViews(heldSide, { paths: comparable, known, elementsOf: (name) => known.heldElementsOf(name, heldSide, sets) }),
  );
  const told = toldBy(viewChanges);
  const isTold = (path: string | undefined) => path !== undefined && told.has(identityOfPath(path).key);

  const strays = strayChains(expected, actual, chains, nodeAddresses);
  const changes: Change[] = [...viewChanges, ...leftovers, ...strays];
  const assumptions = otherLayout(expected.alike?.others ?? expected, actual);
  const references = chains.some(({ expected: wanted }) => !wanted) ? referencesOf(actual) : new Set<string>();
  for (const difference of chains) {
    const path = readObjectName(difference.name)?.path;
    if (path !== undefined && !comparable.has(path)) continue;
    if (!difference.expected) {
      const isStray = strays.some(({ chain }) => chain === difference.name);
      if (!isTold(path) && !isStray) changes.push(leftoverChain(difference, references.has(difference.name), place));
    } else if (!isTold(path)) {
      const cidrs = unknownServiceCIDRs(difference, place);
      if (cidrs === undefined) changes.push(...chainChanges(difference, place));
      else assumptions.push(`ServiceCIDRs ${cidrs}, from chain ${difference.name}: none are expected of the input`);
    } else changes.push(...foreignRules(difference, place));
  }
  let explained: ReadonlySet<string> | undefined;
  const isExplained = (address: string) =>
    (explained ??= addressesOf([wantedSide, heldSide], known, isTold)).has(address);
  for (const difference of sets) {
    const path = readObjectName(difference.name)?.path;
    if (!difference.expected) {
      if (!isTold(path)) changes.push(leftoverSet(difference.actual!, place));
      continue;
    }
    if ((difference.declaration || !difference.actual) && !isTold(path))
      changes.push(setDeclarationChange(difference, place));
    if (!difference.actual) continue;
    for (const element of difference.elements) {
      if (element.set === "cluster-ips" && isExplained(element.key)) continue;
      if (!element.rival && pathsOfElement(element, hairpins).some(isTold)) continue;
      changes.push(elementChange(element, place));
    }
  }
  return {
    changes: orderChanges(changes),
    assumptions,
    chains,
    sets,
  };
}

/** Whether node ports are wanted, and the set of addresses that take them holds none of those it should. */
function servesNoNodePort(expected: SetIndex, actual: SetIndex): boolean {
  const wantsAny = ["service-nodeports", "no-endpoint-nodeports"].some(
    (name) => (expected.get(name)?.elements.size ?? 0) > 0,
  );
  const held = actual.get("nodeport-ips")?.elements;
  const wanted = [...(expected.get("nodeport-ips")?.elements.keys() ?? [])];
  return (
    wantsAny && held !== undefined && (held.size === 0 || (wanted.length > 0 && !wanted.some((key) => held.has(key))))
  );
}

/** Tells the networks that hold cluster IPs of services. */
function clusterIPsIn(expected: SetIndex): (cidr: string) => boolean {
  return (text) => {
    const cidr = parseCIDR(text);
    const elements = expected.get("cluster-ips")?.elements;
    if (!cidr || !elements || elements.size === 0) return true;
    for (const { key } of elements.values()) {
      const ip = parseIP(String(key[0]));
      if (ip && cidrContains(cidr, ip)) return true;
    }
    return false;
  };
}

/** Keys of the service ports that changes are about. */
function toldBy(changes: readonly Change[]): Set<string> {
  return new Set(
    changes.map(({ service, port, protocol, frontend }) =>
      service === undefined ? (frontend ?? "") : `${service}:${port}/${protocol?.toLowerCase()}`,
    ),
  );
}

function addPath(paths: Set<string>, path: string | undefined): void {
  if (path !== undefined) paths.add(path);
}

function missingTable({ family, name }: NftTable): Change {
  return {
    kind: "base-chain-changed",
    severity: "error",
    message: `the node has no table ${family} ${name}: kube-proxy has programmed nothing in this mode`,
    expected: [`add table ${family} ${name}`],
    actual: [],
  };
}

function dormantTable({ family, name, file, line }: CapturedNftTable): Change {
  return {
    kind: "base-chain-changed",
    severity: "error",
    message: `the node has no working table ${family} ${name}: it is dormant, so that none of its chains sees a packet`,
    expected: [`add table ${family} ${name}`],
    actual: [`add table ${family} ${name} { flags dormant ; }`],
    ...(line !== undefined && { at: { file, line } }),
  };
}

/** What kube-proxy may write into the chains of a service port. */
const OWN_RULE =
  /@affinity-|^numgen |\bdnat |^(goto|jump) |mark-for-masquerade$|^mark set |\bgoto (service|local|endpoint)-| drop$/;

/** Rules that kube-proxy never writes are told even where the chain's service port is. */
function foreignRules(difference: ChainDifference, place: ChainPlace): Change[] {
  const { expected, actual } = difference;
  if (!actual) return [];
  const keep = actual.texts.flatMap((text, i) => (OWN_RULE.test(text) && text !== "drop" ? [] : [i]));
  const foreign = {
    ...actual,
    rules: keep.map((i) => actual.rules[i]!),
    texts: keep.map((i) => actual.texts[i]!),
  };
  const nothing = expected && { ...expected, rules: [], texts: [] };
  return keep.length === 0
    ? []
    : chainChanges({ ...difference, base: false, expected: nothing, actual: foreign }, place);
}

/**
 * Of a capture that breaks off: the service ports whose chains were all reached before the break. Without the maps,
 * none.
 */
function capturedPaths(paths: ReadonlySet<string>, wanted: Side, held: Side): Set<string> {
  const captured = new Set(paths);
  for (const name of FRONTEND_MAPS) if (!held.sets.setOf(name)) return new Set();
  for (const name of wanted.chains.keys()) {
    const path = readObjectName(name)?.path;
    if (path !== undefined && !held.chains.has(name)) captured.delete(path);
  }
  return captured;
}

/** Addresses of service ports of which changes tell already. */
function addressesOf(sides: readonly Side[], known: KnownElements, isTold: (path: string) => boolean): Set<string> {
  const addresses = new Set<string>();
  for (const { sets } of sides)
    for (const name of FRONTEND_MAPS)
      for (const [key, element] of sets.get(name)?.elements ?? [])
        if (element.key.length === 3 && isTold(frontendPath(key, element, undefined, known)))
          addresses.add(String(element.key[0]));
  return addresses;
}
