/** A few Services on one node before and after: what becomes of every kind of packet, in both rule sets. */
import type { BackendInput } from "../backends/input.js";
import { nodeAddressOf } from "../explain/clients.js";
import { familyOfIP, joinHostPort, type IPFamily } from "../net/ip.js";
import { prepareTrace, SHARE_TOLERANCE, type Packet, type TracedNode, type Tracer } from "../trace/index.js";
import { clientsAt, clientSources, type ClientSources, type ElsewhereInput } from "./clients.js";
import { destinationsOf, isBeside } from "./destinations.js";
import type { ClientOutcomes, CompileNode, Destination, Share, UnitOnNode, UnitState } from "./types.js";
import { returningClient } from "./returning-client.js";
import { servedShares } from "./userspace-proxy.js";
import { shapeOfUnit, type UnitShape } from "./unit-shape.js";
import { countReadyLocal } from "./unit-state.js";

export interface Comparison {
  readonly destinations: readonly Destination[];
  readonly outcomes: readonly ClientOutcomes[];
  /** Equal for units that fare alike. */
  readonly shape: string;
}

/** An outcome that holds for each endpoint of a sort, instead of one endpoint. */
type SortShare = Share & { readonly sort?: string };
type SortOutcomes = Omit<ClientOutcomes, "before" | "after"> & {
  readonly before: readonly SortShare[];
  readonly after: readonly SortShare[];
};

export interface UnitComparer {
  /** `kinds`: of the node on both sides; `beside`: also places that are no frontends. */
  readonly compare: (unit: UnitOnNode, kinds: string, beside: boolean) => Promise<Comparison>;
  /** Packets followed so far. */
  readonly packets: () => number;
}

/** Of another interface (a container bridge), where the input tells of one address only. */
export const OTHER_ADDRESS: Readonly<Record<IPFamily, string>> = { IPv4: "172.17.0.1", IPv6: "fd00:aaaa::1" };

/** Units of one shape are followed once. */
export function createUnitComparer(compile: CompileNode, elsewhere: ElsewhereInput): UnitComparer {
  const known = new Map<string, readonly SortOutcomes[]>();
  let packets = 0;
  const follow = async (
    unit: UnitOnNode,
    destinations: readonly Destination[],
    sources: ClientSources,
    senders: readonly (string | undefined)[],
    beside: boolean,
  ) => {
    const nodes = [await nodeOf(unit.before, compile), await nodeOf(unit.after, compile)] as const;
    const tracers = [prepareTrace(nodes[0]), prepareTrace(nodes[1])] as const;
    const outcomes: ClientOutcomes[] = [];
    for (const [index, destination] of destinations.entries())
      for (const { packet, ...traced } of followTo(destination, tracers, sources, unit, senders[index])) {
        packets += 2;
        const found =
          destination.role === "loopback" && packet ? servedOnLoopback(packet, nodes, destination, traced) : traced;
        const again = beside && packet ? returningClient(packet, destination, found, nodes) : undefined;
        outcomes.push({ destination: index, ...found, ...(again && { again }) });
      }
    return outcomes;
  };
  return {
    packets: () => packets,
    async compare(given, kinds, beside) {
      const unit = beside ? withOtherAddress(given) : given;
      const taken = endpointAddresses(unit);
      const sources = clientSources(unit.before.input, elsewhere, taken);
      const destinations = destinationsOf(unit, beside);
      const senders = destinations.map((one) => (beside ? senderOf(one, unit.before.input) : undefined));
      const own = new Set(senders.flatMap((sender) => sender ?? []));
      const shape = shapeOfUnit(unit, `${kinds}${beside ? " beside" : ""}`, sources, own);
      const remembered = known.get(shape.text);
      if (remembered) return { destinations, outcomes: ofThisUnit(remembered, shape), shape: shape.text };
      const outcomes = await follow(unit, destinations, sources, senders, beside);
      const general = ofEveryUnit(outcomes, shape);
      if (general) known.set(shape.text, general);
      return { destinations, outcomes, shape: shape.text };
    },
  };
}

function endpointAddresses({ before, after }: UnitOnNode): Set<string> {
  const taken = new Set<string>();
  for (const { ports } of [before, after])
    for (const { endpoints } of ports) for (const { ip } of endpoints.all) taken.add(ip);
  return taken;
}

function nodeOf({ input, ports }: UnitState, compile: CompileNode): Promise<TracedNode> {
  return compile({ ...input, servicePorts: ports });
}

/** The endpoint on the node that sends to the frontend, too: its packets may come back to it. */
function senderOf({ role, before, after }: Destination, { node }: BackendInput): string | undefined {
  if (role === "health-check" || isBeside(role)) return undefined;
  const all = [before, after].flatMap((own) => own?.endpoints.all ?? []);
  return all.find(({ local, ip }) => local && !node.interfaceAddresses.includes(ip))?.ip;
}

function* followTo(
  destination: Destination,
  tracers: readonly [Tracer, Tracer],
  sources: ClientSources,
  { before: { input }, after: { input: inputAfter } }: UnitOnNode,
  sender: string | undefined,
): Iterable<Omit<ClientOutcomes, "destination"> & { readonly packet?: Packet }> {
  const { role, address, number, protocol } = destination;
  if (role === "health-check") {
    const [before, after] = [healthOutcome(destination.before), healthOutcome(destination.after)];
    yield { client: "health-checker", before, after };
    return;
  }
  for (const client of clientsAt(destination, sources, input, sender)) {
    const packet: Packet = {
      protocol: protocol.toLowerCase() as Packet["protocol"],
      source: client.source,
      destination: address,
      destinationPort: number,
      arrival: client.arrival,
    };
    // The node's own address may be another one after.
    const own = nodeAddressOf(inputAfter);
    const packetAfter: Packet = {
      ...packet,
      ...(role === "node-port" && { destination: own }),
      ...(client.kind === "node" && role !== "loopback" && { source: own }),
    };
    const [before, after] = [tracers[0](packet).outcomes, tracers[1](packetAfter).outcomes];
    yield { client: client.kind, before, after, packet };
  }
}

function servedOnLoopback<T extends Pick<ClientOutcomes, "before" | "after">>(
  packet: Packet,
  nodes: readonly [TracedNode, TracedNode],
  { before, after }: Destination,
  traced: T,
): T {
  return {
    ...traced,
    before: servedShares(packet, nodes[0], before, traced.before),
    after: servedShares(packet, nodes[1], after, traced.after),
  };
}

/** kube-proxy itself answers health checks: well where a ready endpoint is local, else with 503. */
function healthOutcome(own: Destination["before"]): Share[] {
  if (!own) return [{ outcome: { kind: "undisturbed", masqueraded: false }, probability: 1 }];
  const isServed = countReadyLocal(own) > 0;
  return [{ outcome: isServed ? HEALTHY : { kind: "rejected" }, probability: 1 }];
}

/** Stands for an answer of kube-proxy's health-check server. */
export const HEALTHY = { kind: "endpoint", address: "kube-proxy", port: 200, masqueraded: false } as const;

/** Both inputs with a second address of the node, when only one is known. */
function withOtherAddress({ before, after, ...rest }: UnitOnNode): UnitOnNode {
  const more = (state: UnitState): UnitState => ({ ...state, input: withSecondAddress(state.input) });
  return { ...rest, before: more(before), after: more(after) };
}

const widened = new WeakMap<BackendInput, BackendInput>();

function withSecondAddress(input: BackendInput): BackendInput {
  let wide = widened.get(input);
  if (wide) return wide;
  const addresses = [...new Set([...input.node.interfaceAddresses, nodeAddressOf(input)])];
  if (addresses.filter((ip) => familyOfIP(ip) === input.family).length < 2) addresses.push(OTHER_ADDRESS[input.family]);
  wide = { ...input, node: { ...input.node, interfaceAddresses: addresses } };
  widened.set(input, wide);
  return wide;
}

/** What was found, told in sorts of endpoints; undefined when endpoints of one sort fare differently. */
function ofEveryUnit(found: readonly ClientOutcomes[], shape: UnitShape): SortOutcomes[] | undefined {
  const members = new Map<string, number>();
  for (const sort of shape.sorts.values()) members.set(sort, (members.get(sort) ?? 0) + 1);
  const all: SortOutcomes[] = [];
  for (const one of found) {
    const before = inSorts(one.before, shape.sorts, members);
    const after = inSorts(one.after, shape.sorts, members);
    if (!before || !after) return undefined;
    all.push({ ...one, before, after });
  }
  return all;
}

function inSorts(
  shares: readonly Share[],
  sorts: ReadonlyMap<string, string>,
  members: ReadonlyMap<string, number>,
): SortShare[] | undefined {
  const groups = new Map<string, { share: SortShare; count: number }>();
  const others: SortShare[] = [];
  for (const { outcome, probability } of shares) {
    if (outcome.kind !== "endpoint" || outcome === HEALTHY) {
      others.push({ outcome, probability });
      continue;
    }
    const sort = sorts.get(joinHostPort(outcome.address, outcome.port));
    if (sort === undefined || outcome.source !== undefined) return undefined;
    const key = `${sort} ${outcome.masqueraded}`;
    const group = groups.get(key);
    if (!group) groups.set(key, { share: { outcome, probability, sort }, count: 1 });
    else if (Math.abs(group.share.probability - probability) > SHARE_TOLERANCE) return undefined;
    else group.count++;
  }
  for (const { share, count } of groups.values()) if (members.get(share.sort!) !== count) return undefined;
  return [...[...groups.values()].map(({ share }) => share), ...others];
}

function ofThisUnit(found: readonly SortOutcomes[], { sorts }: UnitShape): ClientOutcomes[] {
  const targets = new Map<string, { readonly address: string; readonly port: number }[]>();
  for (const [target, sort] of sorts) {
    const colon = target.lastIndexOf(":");
    const address = target.slice(0, colon).replace(/^\[|\]$/g, "");
    const endpoint = { address, port: Number(target.slice(colon + 1)) };
    const list = targets.get(sort);
    if (list) list.push(endpoint);
    else targets.set(sort, [endpoint]);
  }
  const spread = (shares: readonly SortShare[]): Share[] =>
    shares.flatMap(({ outcome, probability, sort }) =>
      sort === undefined
        ? [{ outcome, probability }]
        : (targets.get(sort) ?? []).map((endpoint) => ({
            outcome: { ...outcome, ...endpoint } as Share["outcome"],
            probability,
          })),
    );
  return found.map(({ before, after, ...rest }) => ({ ...rest, before: spread(before), after: spread(after) }));
}
