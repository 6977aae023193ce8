/** One Service before and after: every kind of packet is reasoned about in both rule sets. */
import type { BackendInput, ServicePortWithEndpoints } from "../backends/input.js";
import { arrivalsOf, nodeAddressOf, type Client } from "../explain/clients.js";
import { clientsOf } from "../explain/frontend-flows.js";
import type { FrontendRole } from "../explain/frontends.js";
import { outcomeWords, type NameTargets } from "../explain/outcome-words.js";
import { plural } from "../explain/word-context.js";
import { canonicalIP, parseIP, isLoopback } from "../net/ip.js";
import type { ServicePort } from "../services/types.js";
import {
  distributionOf,
  equalDistributions,
  prepareTrace,
  type Packet,
  type Trace,
  type TracedNode,
} from "../trace/index.js";
import type { ReasonId, ServiceOnNode, ShapeDifference, SideState, Spot } from "./types.js";

export type CompileNode = (input: BackendInput) => Promise<TracedNode>;

const LOOPBACK = { IPv4: "127.0.0.1", IPv6: "::1" } as const;

interface Compared {
  readonly differences: readonly ShapeDifference[];
  readonly packets: number;
}

/** Where the packets go: the frontends of both sides, and the places beside them where modes are known to part. */
interface Destination {
  readonly spot: Spot;
  readonly port: ServicePort;
  readonly address: string;
  readonly number: number;
  readonly before: ServicePortWithEndpoints | undefined;
  readonly after: ServicePortWithEndpoints | undefined;
  /** Programmed as a frontend on the side. */
  readonly isBefore: boolean;
  readonly isAfter: boolean;
}

/** What differs, told in terms that hold for every Service of the shape. */
export async function compareShape(subject: ServiceOnNode, compile: CompileNode): Promise<Compared> {
  const nodes = [await compileSide(subject.before, compile), await compileSide(subject.after, compile)] as const;
  const tracers = [prepareTrace(nodes[0]), prepareTrace(nodes[1])] as const;
  const found: (Omit<ShapeDifference, "clients"> & { readonly client: Client["kind"] })[] = [];
  let packets = 0;
  for (const destination of destinationsOf(subject)) {
    for (const client of clientsAt(destination, subject)) {
      const packet: Packet = {
        protocol: destination.port.protocol.toLowerCase() as Packet["protocol"],
        source: client.source,
        destination: destination.address,
        destinationPort: destination.number,
        arrival: client.arrival,
      };
      const [before, after] = [tracers[0](packet), tracers[1](packet)];
      packets += 2;
      if (!equalDistributions(distributionOf(before), distributionOf(after)))
        found.push({
          spot: destination.spot,
          client: client.kind,
          reason: reasonOf(destination, client, before, after),
          before: outcomeWords(before, namerOf(destination.before)),
          after: outcomeWords(after, namerOf(destination.after)),
        });
      else if (destination.port.affinitySeconds !== undefined && destination.spot.kind === "frontend") {
        const sticky = compareAffinity(packet, destination, nodes);
        packets += 4;
        if (sticky) found.push({ spot: destination.spot, client: client.kind, reason: "session-affinity", ...sticky });
      }
    }
  }
  return { differences: merged(found), packets };
}

function compileSide({ input, ports }: SideState, compile: CompileNode): Promise<TracedNode> {
  return compile({ ...input, servicePorts: ports });
}

/** Differences at one spot that are the same for several clients are one. */
function merged(
  found: readonly (Omit<ShapeDifference, "clients"> & { readonly client: Client["kind"] })[],
): ShapeDifference[] {
  const result: (ShapeDifference & { readonly clients: Client["kind"][] })[] = [];
  for (const { client, ...rest } of found) {
    const same = result.find(
      (one) =>
        one.spot === rest.spot && one.reason === rest.reason && one.before === rest.before && one.after === rest.after,
    );
    if (same) same.clients.push(client);
    else result.push({ ...rest, clients: [client] });
  }
  return result;
}

function addressesOf(port: ServicePort, role: FrontendRole, input: BackendInput): readonly string[] {
  switch (role) {
    case "cluster-ip":
      return [port.clusterIP];
    case "external-ip":
      return port.externalIPs;
    case "load-balancer-ip":
      return port.loadBalancerVIPs;
    case "node-port":
      return port.nodePort === 0 ? [] : [nodeAddressOf(input)];
  }
}

const ROLES: readonly FrontendRole[] = ["cluster-ip", "external-ip", "load-balancer-ip", "node-port"];

function destinationsOf({ before, after, family }: ServiceOnNode): Destination[] {
  const found: Destination[] = [];
  const used = new Set<number>();
  for (const { port } of [...before.ports, ...after.ports]) used.add(port.port);
  const count = Math.max(before.ports.length, after.ports.length);
  for (let i = 0; i < count; i++) {
    const own = [before.ports[i], after.ports[i]] as const;
    const port = (own[0] ?? own[1])!.port;
    const base = { port, before: own[0], after: own[1] };
    for (const role of ROLES) {
      const sides = [before, after].map((side, s) => (own[s] ? addressesOf(own[s].port, role, side.input) : []));
      const has = (s: number, address: string) => sides[s]!.some((one) => canonicalIP(one) === canonicalIP(address));
      // Positions count in the list of the side that has the address, before first.
      for (const [s, addresses] of sides.entries())
        for (const [addressIndex, address] of addresses.entries()) {
          if (s === 1 && has(0, address)) continue;
          found.push({
            ...base,
            port: own[s]!.port,
            spot: { kind: "frontend", portName: i, role, addressIndex },
            address,
            number: role === "node-port" ? port.nodePort : port.port,
            isBefore: has(0, address),
            isAfter: has(1, address),
          });
        }
    }
    const both = { isBefore: own[0] !== undefined, isAfter: own[1] !== undefined };
    if (port.nodePort !== 0) {
      const spot = { portName: i, role: "node-port", addressIndex: 0 } as const;
      const other = otherAddress(before.input);
      if (other !== undefined)
        found.push({
          ...base,
          ...both,
          spot: { ...spot, kind: "other-address" },
          address: other,
          number: port.nodePort,
        });
      found.push({
        ...base,
        ...both,
        spot: { ...spot, kind: "loopback" },
        address: LOOPBACK[family],
        number: port.nodePort,
      });
    }
    if (i === 0) {
      let unused = 9;
      while (used.has(unused)) unused++;
      const spot: Spot = { kind: "unused-port", portName: i, role: "cluster-ip", addressIndex: 0 };
      found.push({ ...base, ...both, spot, address: port.clusterIP, number: unused });
    }
  }
  return found;
}

/** An address of the node besides its own. */
function otherAddress(input: BackendInput): string | undefined {
  const own = nodeAddressOf(input);
  return input.node.interfaceAddresses
    .map(parseIP)
    .find((ip) => ip?.family === input.family && !isLoopback(ip) && ip.text !== own)?.text;
}

function clientsAt({ port, spot, before, after }: Destination, subject: ServiceOnNode): Client[] {
  const { input } = subject.before;
  const all = [...(before?.endpoints.all ?? []), ...(after?.endpoints.all ?? [])];
  const node: Client = { kind: "node", source: nodeAddressOf(input), arrival: { from: "node" } };
  if (spot.kind === "loopback") return [{ ...node, source: LOOPBACK[subject.family] }];
  const ports = [before, after].flatMap((own) => own?.port ?? []);
  const ranged = ports.find(({ sourceRanges }) => sourceRanges.length > 0) ?? port;
  const clients = clientsOf(ranged, new Set(all.map(({ ip }) => ip)), input).filter(
    ({ kind }) => kind !== "outside-ranges" || spot.role !== "cluster-ip",
  );
  const local = new Set(input.node.interfaceAddresses);
  const endpoint = all.find((one) => one.local && !local.has(one.ip));
  if (endpoint && spot.kind === "frontend")
    clients.push({ kind: "endpoint", source: endpoint.ip, arrival: arrivalsOf(input).pod });
  return clients;
}

/** Calls sets of endpoints by what they are. */
function namerOf(own: ServicePortWithEndpoints | undefined): NameTargets {
  if (!own) return () => undefined;
  const { all, cluster, local } = own.endpoints;
  const is = (targets: readonly string[], endpoints: readonly { readonly target: string }[]) =>
    endpoints.length === targets.length && endpoints.every(({ target }) => targets.includes(target));
  return (targets) => {
    if (targets.length === 1 && all.length === 1) return "its only endpoint";
    if (targets.length === 1)
      return is(targets, local) ? "the only endpoint on the node" : `one of its ${plural(all.length, "endpoint")}`;
    if (targets.length === cluster.length && is(targets, cluster))
      return cluster.length === all.length
        ? `all ${all.length} endpoints`
        : `${cluster.length} of ${all.length} endpoints`;
    if (is(targets, local)) return `the ${local.length} endpoints on the node`;
    return `${targets.length} of ${all.length} endpoints`;
  };
}

function reasonOf(
  { spot, port, isBefore, isAfter, before, after }: Destination,
  client: Client,
  a: Trace,
  b: Trace,
): ReasonId {
  if (spot.kind === "loopback") return "localhost-node-ports";
  if (spot.kind === "other-address") return "node-port-addresses";
  if (spot.kind === "unused-port") return "unused-ports";
  if (isBefore !== isAfter) return isBefore ? "frontend-gone" : "frontend-new";
  const ports = [before?.port ?? port, after?.port ?? port];
  const hasRanges = spot.role === "load-balancer-ip" && ports.some(({ sourceRanges }) => sourceRanges.length > 0);
  if (client.kind === "outside-ranges" || (hasRanges && (isRefused(a) || isRefused(b)))) return "source-ranges";
  if (![before, after].some((own) => own?.endpoints.hasAny)) return "no-endpoints";
  const isLocal = (one: ServicePort) =>
    spot.role === "cluster-ip" ? one.internalPolicyLocal : one.externalPolicyLocal;
  if (ports.some(isLocal)) return "local-policy";
  if (!equalDistributions(targetsOf(a), targetsOf(b))) return isRefused(a) || isRefused(b) ? "other" : "endpoints";
  return "source-address";
}

function isRefused({ outcomes }: Trace): boolean {
  return outcomes.every(({ outcome }) => outcome.kind !== "endpoint");
}

/** Shares by target, whatever becomes of the source. */
function targetsOf({ outcomes }: Trace): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const { outcome, probability } of outcomes) {
    const key = outcome.kind === "endpoint" ? `${outcome.address} ${outcome.port}` : outcome.kind;
    shares.set(key, (shares.get(key) ?? 0) + probability);
  }
  return shares;
}

/** A client that reached an endpoint through the cluster IP comes again, to this frontend. */
function compareAffinity(
  packet: Packet,
  destination: Destination,
  nodes: readonly [TracedNode, TracedNode],
): { readonly before: string; readonly after: string } | undefined {
  const words = [0, 1].map((s) => {
    const own = s === 0 ? destination.before : destination.after;
    return own ? affinityWords(packet, own.port, nodes[s]!) : "is not there";
  }) as [string, string];
  return words[0] === words[1] ? undefined : { before: words[0], after: words[1] };
}

function affinityWords(packet: Packet, port: ServicePort, node: TracedNode): string {
  const first = prepareTrace(node)({ ...packet, destination: port.clusterIP, destinationPort: port.port });
  const path = first.outcomes.find(({ outcome }) => outcome.kind === "endpoint")?.paths[0];
  if (!path || path.outcome.kind !== "endpoint") return "reaches no endpoint first";
  const chosen = path.outcome;
  if (path.remembered.length === 0) return "is not remembered";
  const affinity = new Map(path.remembered.map((name) => [name, [packet.source]]));
  const again = prepareTrace({ ...node, facts: { ...node.facts, affinity } })(packet);
  let share = 0;
  for (const { outcome, probability } of again.outcomes)
    if (outcome.kind === "endpoint" && outcome.address === chosen.address && outcome.port === chosen.port)
      share += probability;
  const seconds = port.affinitySeconds;
  return share > 0.999999
    ? `a client that came to the cluster IP before stays with its endpoint for ${seconds} s`
    : "a client that came to the cluster IP before is given any endpoint";
}
