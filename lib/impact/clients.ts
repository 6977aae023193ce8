/** Whose packets are followed. */
import type { BackendInput } from "../backends/input.js";
import { findLocalDetector } from "../backends/local-detector.js";
import { addressOutsideRanges, arrivalsOf, nodeAddressOf, outsideAddress, podAddressOf } from "../explain/clients.js";
import { cidrContains, parseCIDR, type CIDR } from "../net/cidr.js";
import { ipFromValue, parseIP, type IPFamily } from "../net/ip.js";
import type { ImpactClient } from "../results/impact-report.js";
import type { Arrival } from "../trace/types.js";
import type { Destination } from "./types.js";

export interface PacketClient {
  readonly kind: ImpactClient;
  readonly source: string;
  readonly arrival: Arrival;
}

export const IMPACT_CLIENT_WORDS: Readonly<Record<ImpactClient, string>> = {
  pod: "from a pod of the node",
  "pod-elsewhere": "from a pod of another node",
  endpoint: "from an endpoint of its own",
  node: "from the node",
  outside: "from outside",
  "outside-ranges": "from outside the source ranges",
  "health-checker": "from a load balancer's health check",
};

const ELSEWHERE: Readonly<Record<IPFamily, readonly string[]>> = {
  IPv4: ["10.244.255.0/24", "10.245.255.0/24"],
  IPv6: ["fd00:10:244:ffff::/64", "fd00:10:245:ffff::/64"],
};

/** The pod networks of nodes, of which one stands for the pods of other nodes. */
export interface ElsewhereInput {
  readonly podCIDRs: readonly string[];
}

/** An address of a pod that runs on another node: within the cluster's pod network, outside the node's. */
function podElsewhere(input: BackendInput, elsewhere: ElsewhereInput): string {
  const { family, node } = input;
  const own = node.podCIDRs.map(parseCIDR).filter((cidr) => cidr?.family === family);
  const detector = findLocalDetector(input);
  const cluster = detector?.kind === "source" && own.length > 0 ? parseCIDR(detector.cidr) : undefined;
  const wide = cluster && own.every((cidr) => cidr!.text !== cluster.text) ? [cluster] : [];
  const candidates = [...elsewhere.podCIDRs.map(parseCIDR), ...wide, ...ELSEWHERE[family].map(parseCIDR)];
  for (const cidr of candidates) {
    if (cidr?.family !== family) continue;
    const size = 1n << BigInt((family === "IPv4" ? 32 : 128) - cidr.prefix);
    for (const offset of [size - 3n, size / 2n + 3n, 3n]) {
      if (offset < 0n || offset >= size) continue;
      const ip = ipFromValue(family, cidr.base + offset);
      if (!own.some((one) => cidrContains(one!, ip))) return ip.text;
    }
  }
  return parseCIDR(ELSEWHERE[family][1]!)!.text.split("/")[0]!;
}

export interface ClientSources {
  readonly pod: string;
  readonly podElsewhere: string;
  readonly node: string;
}

/** Sources on the node; `taken`: addresses of endpoints. */
export function clientSources(
  input: BackendInput,
  elsewhere: ElsewhereInput,
  taken: ReadonlySet<string>,
): ClientSources {
  return {
    pod: podAddressOf(input, taken),
    podElsewhere: podElsewhere(input, elsewhere),
    node: nodeAddressOf(input),
  };
}

/** The clients that may fare differently at the destination. `endpoint`: the address of one of its own, as a client. */
export function clientsAt(
  destination: Destination,
  sources: ClientSources,
  input: BackendInput,
  endpoint?: string,
): PacketClient[] {
  const arrivals = arrivalsOf(input);
  const node: PacketClient = { kind: "node", source: sources.node, arrival: { from: "node" } };
  if (destination.role === "loopback") return [{ ...node, source: input.family === "IPv4" ? "127.0.0.1" : "::1" }];
  return [
    { kind: "pod", source: sources.pod, arrival: arrivals.pod },
    { kind: "pod-elsewhere", source: sources.podElsewhere, arrival: arrivals.outside },
    ...(endpoint === undefined ? [] : [{ kind: "endpoint" as const, source: endpoint, arrival: arrivals.pod }]),
    node,
    ...outsideSources(destination, input.family).map(([kind, source]) => ({ kind, source, arrival: arrivals.outside })),
  ];
}

/**
 * Hosts outside the cluster: one within the source ranges of both sides, one that only one side's ranges hold, one that
 * neither's do; as far as there are such addresses.
 */
function outsideSources(
  { role, before, after }: Destination,
  family: IPFamily,
): (readonly ["outside" | "outside-ranges", string])[] {
  const sets = [before, after].flatMap((own) => {
    const ranges = own?.port.sourceRanges ?? [];
    return ranges.length > 0 ? [ranges.map(({ cidr }) => cidr)] : [];
  });
  if (sets.length === 0 || role === "cluster-ip" || role === "unused-port")
    return [["outside", outsideAddress(family, [])]];
  const inside = new Map<string, string>();
  for (const cidr of sets.flat()) {
    const source = outsideAddress(family, [cidr]);
    const places = sets.map((set) => (set.some((one) => holds(one, source)) ? "in" : "out")).join(" ");
    if (!inside.has(places)) inside.set(places, source);
  }
  const stranger = addressOutsideRanges(family, sets.flat());
  return [
    ...[...inside].map(([places, source]) => [places.includes("out") ? "outside-ranges" : "outside", source] as const),
    ...(stranger === undefined ? [] : [["outside-ranges", stranger] as const]),
  ];
}

function holds(cidr: CIDR, text: string): boolean {
  const ip = parseIP(text);
  return ip !== undefined && cidrContains(cidr, ip);
}
