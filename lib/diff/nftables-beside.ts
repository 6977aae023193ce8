/**
 * Tables of nftables on a node whose kube-proxy uses iptables or IPVS: what they refuse is lost. In mode ipvs connections from
 * elsewhere meet hooks prerouting and input before IPVS, those of the node itself hook output; what IPVS sends on meets hooks output
 * and postrouting, and answers hooks prerouting, and forward or input.
 * Source: Linux net/netfilter/ipvs/ip_vs_core.c, ip_vs_xmit.c.
 */
import { masqueradeBit } from "../rulesets/iptables/marked-packets.js";
import type { CapturedTable } from "../rulesets/iptables/capture.js";
import type { NftCapture } from "../rulesets/nftables/capture.js";
import type { IPFamily } from "../net/ip.js";
import { POSTROUTING } from "./iptables/kube-chains.js";
import { isOnNode, type OwnAddresses } from "./iptables/refused-services.js";
import type { ExpectedIPVS } from "./ipvs/types.js";
import { foreignBases, type ForeignBase } from "./nftables/foreign-bases.js";
import { identityOfPath, pathOfLabel } from "./nftables/paths.js";
import type { ExpectedNftTable } from "./nftables/expected.js";
import { DORMANT_TABLES, whatIsAwake, type Surely } from "./nftables/dormant-tables.js";
import { refusalsBehind, tablesBehind, type Endpoint } from "./nftables/tables-behind.js";
import {
  CUT_WALK,
  frontendsOf as frontendsOfTable,
  takersAmong,
  unseenTables,
  type Frontend,
} from "./nftables/tables-in-front.js";
import { waysOfAnswersToIPVS, waysOfIPVS } from "./nftables/ways.js";
import type { Change } from "./types.js";
import { OTHERS_RULES } from "./coverage.js";
import { notToldYet } from "./once-each.js";
import { BEFORE_IPVS, BEFORE_NAT, frontendText } from "./view-words.js";

/** Where IPVS is called at hooks input and output. */
const INPUT_PRIORITY = 99;
const OUTPUT_PRIORITY = -98;
/** Of table nat at hooks prerouting and output. */
const NAT_PRIORITY = -100;
const USUAL_MARK = 0x4000;

interface NodeBeside {
  /** What iptables-save shows of the node, which is compared from there. */
  readonly tables: readonly CapturedTable[];
  readonly listings: readonly NftCapture[];
  /** Addresses of the node, undefined where none is known. */
  readonly own: OwnAddresses | undefined;
}

interface FoundBeside {
  readonly changes: readonly Change[];
  readonly assumptions: readonly string[];
  /** What could not be told. */
  readonly notGiven: readonly string[];
}

export function nftablesBeside(expected: ExpectedIPVS, { tables, listings, own }: NodeBeside): FoundBeside {
  const family = expected.state.family === "IPv6" ? "ip6" : "ip";
  const bases = foreignBases(family, undefined, listings).filter(
    (base) => !isOfIptables(base, tables, expected.state.family) && !holdsKubeChains(base),
  );
  if (bases.length === 0) return resultOf({ found: [], untold: [] }, listings);
  const bit = masqueradeBit(
    expected.iptables.tables.flatMap(({ rules }) => rules.filter(({ chain }) => chain === POSTROUTING)),
  );
  const search = {
    family,
    endpoints: () => endpointsOf(expected),
    isLeftOut: ({ address, path }: Endpoint) => isOnNode({ address, views: [identityOfPath(path)] }, own),
    bit: () => bit ?? USUAL_MARK,
    isByIPVS: true,
  } as const;
  const surely = whatIsAwake(bases, (some) => {
    const found = [
      takersAmong(some.filter(isBeforeIPVS), () => frontendsOf(expected, family), BEFORE_IPVS),
      refusalsBehind({ ...search, ways: waysOfIPVS(some) }),
    ];
    const answers = refusalsBehind({ ...search, ways: waysOfAnswersToIPVS(some) });
    const told = found.flatMap(({ changes }) => changes);
    return [...found, { ...answers, changes: notToldYet(answers.changes, told) }];
  });
  return resultOf(surely, listings);
}

/**
 * The same in mode iptables, whose Services stand in table nat. `expected`: the table that mode nftables would have, whose frontends
 * and endpoints are the same. Without addresses of the node it is not known which packets are forwarded.
 */
export async function nftablesBesideIptables(
  expected: () => Promise<ExpectedNftTable>,
  { tables, listings, own }: NodeBeside,
  family: IPFamily,
): Promise<FoundBeside> {
  const bases = foreignBases(family === "IPv6" ? "ip6" : "ip", undefined, listings).filter(
    (base) => !isOfIptables(base, tables, family) && !holdsKubeChains(base),
  );
  if (bases.length === 0) return resultOf({ found: [], untold: [] }, listings);
  const table = await expected();
  const surely = whatIsAwake(bases, (some) => {
    const inFront = takersAmong(some.filter(isBeforeNat), () => frontendsOfTable(table), BEFORE_NAT);
    const given = { nodeAddresses: own, told: inFront.changes, mayHaveConnectionMark: true };
    return [inFront, ...(own ? [tablesBehind(table, some, given)] : [])];
  });
  return resultOf(surely, listings);
}

function resultOf({ found, untold }: Surely, listings: readonly NftCapture[]): FoundBeside {
  const unseen = [...unseenTables(listings), ...(found.some(({ isCut }) => isCut) ? [CUT_WALK] : [])];
  return {
    changes: found.flatMap(({ changes }) => changes),
    assumptions: [...unseen, ...untold],
    notGiven: [...(unseen.length > 0 ? [OTHERS_RULES] : []), ...(untold.length > 0 ? [DORMANT_TABLES] : [])],
  };
}

/** Of two chains with the priority of table nat nobody knows which comes first. */
function isBeforeNat({ base: { hook, priority } }: ForeignBase): boolean {
  return hook === "ingress" || ((hook === "prerouting" || hook === "output") && priority < NAT_PRIORITY);
}

function isBeforeIPVS({ base: { hook, priority } }: ForeignBase): boolean {
  if (hook === "input") return priority < INPUT_PRIORITY;
  return hook === "ingress" || hook === "prerouting" || (hook === "output" && priority < OUTPUT_PRIORITY);
}

/** What iptables-nft made is shown by iptables-save too. */
function isOfIptables({ table }: ForeignBase, tables: readonly CapturedTable[], own: IPFamily): boolean {
  const isOfFamily = table.family === (own === "IPv6" ? "ip6" : "ip");
  const isShown = ({ name, family }: CapturedTable) => name === table.name && (family === own || family === "unknown");
  return isOfFamily && tables.some(isShown);
}

/** kube-proxy's own table of another mode is told as one; what iptables-save would show of tables nat and filter is asked for. */
function holdsKubeChains({ table }: ForeignBase): boolean {
  const isOfKubeProxy = table.name === "nat" || table.name === "filter";
  return table.name === "kube-proxy" || (isOfKubeProxy && table.chains.some(({ name }) => name.startsWith("KUBE-")));
}

/** Each frontend once; node ports at whatever address of the node. */
function* frontendsOf({ state, nodePorts, isUnnamed }: ExpectedIPVS, family: "ip" | "ip6"): Iterable<Frontend> {
  for (const { address, protocol, port, origin } of state.virtualServers) {
    if (!origin || origin.role === "node-port") continue;
    const path = isUnnamed ? origin.label : pathOfLabel(origin.label, protocol);
    const text = frontendText({ address, port });
    yield { family, addresses: [address], isNodePort: false, protocol, port, path, text };
  }
  for (const { protocol, port, label } of nodePorts) {
    const path = isUnnamed ? label : pathOfLabel(label, protocol);
    yield { family, addresses: [], isNodePort: true, protocol, port, path, text: frontendText({ port }) };
  }
}

function* endpointsOf({ state, isUnnamed }: ExpectedIPVS): Iterable<Endpoint> {
  const seen = new Set<string>();
  for (const { protocol, realServers, origin } of state.virtualServers) {
    if (!origin) continue;
    const path = isUnnamed ? origin.label : pathOfLabel(origin.label, protocol);
    for (const { address, port } of realServers) {
      const key = `${path} ${address} ${port}`;
      if (seen.has(key)) continue;
      seen.add(key);
      yield { address, port, protocol, path };
    }
  }
}
