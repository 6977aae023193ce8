/** Where the packets of a service's clients come from, for questions about a service as a whole. */
import type { BackendInput } from "../backends/input.js";
import { findLocalDetector, type LocalDetector } from "../backends/local-detector.js";
import { cidrContains, parseCIDR, type CIDR } from "../net/cidr.js";
import { ipFromValue, isLoopback, isUnspecified, parseIP, type IPFamily } from "../net/ip.js";
import type { Arrival } from "../trace/types.js";

export interface Client {
  /** "endpoint": a pod that is itself an endpoint. */
  readonly kind: "pod" | "endpoint" | "node" | "outside" | "outside-ranges";
  readonly source: string;
  readonly arrival: Arrival;
}

const OUTSIDE: Readonly<Record<IPFamily, readonly string[]>> = {
  IPv4: ["198.51.100.99", "203.0.113.199", "192.0.2.99", "100.64.0.99", "8.8.4.4"],
  IPv6: ["2001:db8:99::99", "2001:db8:eeee::99", "3fff::99", "2606:4700::99"],
};
const NODE_STAND_IN: Readonly<Record<IPFamily, string>> = { IPv4: "192.0.2.1", IPv6: "3fff:5c5c::1" };
const PODS_STAND_IN: Readonly<Record<IPFamily, string>> = { IPv4: "10.244.0.0/24", IPv6: "fd00:10:244::/64" };

/** The node's address in the family; a documentation address when the input tells none. */
export function nodeAddressOf({ node, family }: BackendInput): string {
  const known = [node.ip[family], ...node.interfaceAddresses].map(parseIP);
  return (
    known.find((ip) => ip?.family === family && !isLoopback(ip) && !isUnspecified(ip))?.text ?? NODE_STAND_IN[family]
  );
}

/**
 * The address that the node is known to have in the family. `captured`: of its interfaces.
 * Undefined: none is known, or several are and nothing says which is meant.
 */
export function knownNodeAddress({ node, family }: BackendInput, captured: readonly string[] = []): string | undefined {
  const usable = (texts: readonly string[]) => {
    const found = texts.flatMap((text) => parseIP(text) ?? []).filter((ip) => ip.family === family);
    return [...new Set(found.filter((ip) => !isLoopback(ip) && !isUnspecified(ip)).map(({ text }) => text))];
  };
  const [ofObject] = usable([node.ip[family]]);
  if (ofObject !== undefined) return ofObject;
  const all = usable([...captured, ...node.interfaceAddresses]);
  return all.length === 1 ? all[0] : undefined;
}

/** Addresses of the node as tracing wants them. */
export function localAddressesOf(input: BackendInput): readonly string[] {
  const own = nodeAddressOf(input);
  const { interfaceAddresses } = input.node;
  return interfaceAddresses.includes(own) ? interfaceAddresses : [...interfaceAddresses, own];
}

/** The interface by which local traffic is told, when that is how it is told; else none is known. */
function podInterface(detector: LocalDetector | undefined): { readonly interface?: string } {
  if (detector?.kind !== "interface") return {};
  return { interface: detector.prefix ? `${detector.name}0` : detector.name };
}

function outsideInterface(detector: LocalDetector | undefined): { readonly interface?: string } {
  if (detector?.kind !== "interface") return {};
  const isPods = detector.prefix ? "eth0".startsWith(detector.name) : detector.name === "eth0";
  return { interface: isPods ? "uplink0" : "eth0" };
}

/** How packets of the node's own pods, and of others, arrive. */
export function arrivalsOf(input: BackendInput): { readonly pod: Arrival; readonly outside: Arrival } {
  const detector = findLocalDetector(input);
  return {
    pod: { from: "pod", ...podInterface(detector) },
    outside: { from: "outside", ...outsideInterface(detector) },
  };
}

/** The highest address of the CIDR but one that is not taken. */
function freeAddress(cidr: CIDR, taken: ReadonlySet<string>): string {
  const bits = cidr.family === "IPv4" ? 32 : 128;
  const size = 1n << BigInt(bits - cidr.prefix);
  for (let i = size > 2n ? size - 2n : size - 1n; i >= 0n; i--) {
    const { text } = ipFromValue(cidr.family, cidr.base + i);
    if (!taken.has(text)) return text;
  }
  return ipFromValue(cidr.family, cidr.base).text;
}

/** An address of a pod of this node that is no endpoint. `taken`: addresses of endpoints. */
export function podAddressOf(input: BackendInput, taken: ReadonlySet<string>): string {
  const { family, node } = input;
  const detector = findLocalDetector(input);
  const detected = detector?.kind === "source" ? parseCIDR(detector.cidr) : undefined;
  const own = node.podCIDRs.map(parseCIDR).find((cidr) => cidr?.family === family);
  const ownIsDetected = own && (!detected || cidrContains(detected, ipFromValue(family, own.base)));
  return freeAddress((ownIsDetected ? own : detected) ?? own ?? parseCIDR(PODS_STAND_IN[family])!, taken);
}

/** A host outside the cluster; inside one of the ranges when there are any. */
export function outsideAddress(family: IPFamily, ranges: readonly CIDR[]): string {
  const [first] = ranges;
  if (!first) return OUTSIDE[family][0]!;
  const known = OUTSIDE[family].find((text) => ranges.some((cidr) => cidrContains(cidr, parseIP(text)!)));
  return known ?? freeAddress(first, new Set());
}

/** A host outside the cluster and outside every range; undefined when none of the documentation addresses is. */
export function addressOutsideRanges(family: IPFamily, ranges: readonly CIDR[]): string | undefined {
  return OUTSIDE[family].find((text) => !ranges.some((cidr) => cidrContains(cidr, parseIP(text)!)));
}
