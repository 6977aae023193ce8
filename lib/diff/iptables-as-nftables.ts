/** What kube-proxy's rules in mode iptables send where, as the table that mode nftables would have for the same Services. */
import type { IPFamily } from "../net/ip.js";
import { masqueradeBit } from "../rulesets/iptables/marked-packets.js";
import type { Clause } from "../rulesets/iptables/types.js";
import type { NftChain, NftElement, NftRule, NftSet, Statement, Verdict } from "../rulesets/nftables/types.js";
import { isEndpointChain, NODEPORTS, POSTROUTING, serviceHashOf, SERVICES } from "./iptables/kube-chains.js";
import type { KubeRule } from "./iptables/kube-rule.js";
import { Owners, type ServiceName } from "./iptables/owners.js";
import { readPlainEndpoint } from "./iptables/read-endpoint.js";
import { placeOfTarget } from "./iptables/refused-services.js";
import { nodeAddressesServed } from "./iptables/rules-in-front.js";
import { forgetRules, Side, type SideTables } from "./iptables/side.js";
import type { ExpectedNftTable } from "./nftables/expected.js";
import { identityOfPath, pathOfLabel, readObjectName, type PathKind } from "./nftables/paths.js";

/**
 * With frontends, endpoints, the ways between them and the mark: as far as other tables are asked about. Of the API server's endpoints
 * nothing tells without the addresses of the node whether they are its own, so they are left out.
 */
export function asNftables(tables: SideTables, family: IPFamily): ExpectedNftTable {
  const held = new Side(tables, family);
  const nameOf = chainNames(held);
  const captured = [...(held.tables.get("nat")?.chains.keys() ?? [])].filter(isOfServices);
  const byName = new Map(captured.map((chain) => [nameOf(chain), chain]));
  const chains: readonly NftChain[] = [{ name: MASQUERADING }, ...[...byName.keys()].map((name) => ({ name }))];
  const rulesOfChain = memoized(({ name }: NftChain) =>
    name === MASQUERADING ? markRules(held) : rulesOf(held, byName.get(name)!, nameOf),
  );
  return {
    family: family === "IPv6" ? "ip6" : "ip",
    name: "kube-proxy",
    chains,
    sets: setsOf(held, nameOf),
    rules: {
      *[Symbol.iterator]() {
        for (const chain of chains) yield* rulesOfChain(chain);
      },
    },
    rulesOfChain,
  };
}

const MASQUERADING = "masquerading";

function isOfServices(chain: string): boolean {
  return isEndpointChain(chain) || serviceHashOf(chain) !== undefined;
}

const KINDS: Readonly<Record<string, PathKind>> = {
  "KUBE-SVC-": "service",
  "KUBE-SVL-": "local",
  "KUBE-EXT-": "external",
  "KUBE-FW-": "firewall",
  "KUBE-SEP-": "endpoint",
};

/** "service-ABCDEFGH-ns/name/tcp/port" of "KUBE-SVC-ABCDEFGHIJKLMNOP"; without a name of the Service the captured chain's stands for it. */
function chainNames(held: Side): (chain: string) => string {
  const owners = new Owners([held]);
  // Their comments tell the names.
  for (const chain of [SERVICES, NODEPORTS]) for (const rule of held.rulesOf("nat", chain)) owners.ownerOf(rule, "nat");
  const endpoints = [...(held.tables.get("nat")?.chains.keys() ?? [])].filter(isEndpointChain);
  const ofEndpoints = owners.ownersOfEndpointChains(endpoints);
  return memoized((chain: string) => {
    const prefix = chain.slice(0, -HASH_LENGTH);
    const [hash] = isEndpointChain(chain) ? (ofEndpoints.get(chain) ?? []) : [serviceHashOf(chain)!];
    const name = hash === undefined ? undefined : owners.nameOf(hash);
    const end = isEndpointChain(chain) ? `__${chain}` : "";
    return `${KINDS[prefix] ?? "endpoint"}-${chain.slice(-HASH_LENGTH).slice(0, 8)}-${name ? pathOf(name) : `chain/${chain}`}${end}`;
  });
}

/** Each is asked for by several searches. */
function memoized<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) known.set(key, (value = make(key)));
    return value;
  };
}

const HASH_LENGTH = 16;

function pathOf({ service, port, protocol }: ServiceName): string {
  return pathOfLabel(port === "" ? service : `${service}:${port}`, protocol.toLowerCase());
}

/** What they send to endpoints, and to each other. */
function rulesOf(held: Side, captured: string, nameOf: (chain: string) => string): NftRule[] {
  const chain = nameOf(captured);
  const isLeftOut = identityOfPath(readObjectName(chain)?.path ?? "").service === "default/kubernetes";
  const statements = isEndpointChain(captured)
    ? isLeftOut
      ? []
      : targetsOf(held, captured)
    : jumpsOf(held, captured, nameOf);
  forgetRules();
  return statements.map((statement) => ({ chain, statements: [statement] }));
}

/** Of most no rule is made. */
function targetsOf(held: Side, chain: string): Statement[] {
  const block = held.chain("nat", chain)?.block;
  const plain = block && readPlainEndpoint(block.text.slice(block.start, block.end), held.family, undefined);
  const targets = plain
    ? [plain.target ?? ""]
    : held.rulesOf("nat", chain).flatMap(({ target }) => (target.kind === "dnat" ? [target.to] : []));
  return targets.flatMap((to): Statement[] => {
    const place = placeOfTarget(to);
    return place ? [{ kind: "dnat", ...place }] : [];
  });
}

function jumpsOf(held: Side, chain: string, nameOf: (chain: string) => string): Statement[] {
  return held.rulesOf("nat", chain).flatMap((rule): Statement[] => {
    const verdict = verdictOf(rule, nameOf);
    return verdict ? [{ kind: "verdict", verdict }] : [];
  });
}

function verdictOf({ target }: KubeRule, nameOf: (chain: string) => string): Verdict | undefined {
  const isLeading = (target.kind === "jump" || target.kind === "goto") && isOfServices(target.chain);
  return isLeading ? { kind: target.kind, chain: nameOf(target.chain) } : undefined;
}

function markRules(held: Side): NftRule[] {
  const value = masqueradeBit(held.rulesOf("nat", POSTROUTING));
  if (value === undefined) return [];
  return [{ chain: MASQUERADING, statements: [{ kind: "set-mark", operator: "xor", value }] }];
}

/** Of two rules for one frontend packets meet the first. */
function setsOf(held: Side, nameOf: (chain: string) => string): NftSet[] {
  const elementsOf = (chain: string) => {
    const found = new Map<string, NftElement>();
    for (const rule of held.rulesOf("nat", chain)) {
      const key = keyOf(rule.clauses, chain === NODEPORTS);
      const verdict = verdictOf(rule, nameOf);
      if (key && verdict && !found.has(key.join(" "))) found.set(key.join(" "), { key, verdict });
    }
    return [...found.values()];
  };
  const own = nodeAddressesServed(held).map((address): NftElement => ({ key: [address] }));
  return [
    setOf("map", "service-ips", elementsOf(SERVICES)),
    setOf("map", "service-nodeports", elementsOf(NODEPORTS)),
    setOf("set", "nodeport-ips", own),
  ];
}

function setOf(kind: NftSet["kind"], name: string, elements: readonly NftElement[]): NftSet {
  return { kind, name, keyType: [], flags: [], elements };
}

function keyOf(clauses: readonly Clause[], isNodePort: boolean): NftElement["key"] | undefined {
  const destination = clauses.find((clause) => clause.kind === "destination");
  const transport = clauses.find((clause) => clause.kind === "transport");
  const { ports = "", negated } = transport?.destinationPort ?? {};
  if (!transport || negated || !/^\d+$/.test(ports)) return undefined;
  if (isNodePort) return [transport.protocol, Number(ports)];
  if (!destination || destination.negated || destination.address.includes("/")) return undefined;
  return [destination.address, transport.protocol, Number(ports)];
}
