/** The addresses of kube-ipvs0 and the set that lists them. */
import { serviceOfLabel } from "./attribute-stale.js";
import type { KnownSet } from "./compare-sets.js";
import type { MatchedServers } from "./match-virtual-servers.js";
import { setRole } from "./set-roles.js";
import type { ExpectedIPVS, IPVSCapture } from "./types.js";
import type { Change, FileLine } from "../types.js";
import { familyOfIP, isLinkLocal, isLoopback, parseIP, type IPFamily } from "../../net/ip.js";
import type { NetworkInterface, VirtualServer } from "../../rulesets/ipvs/types.js";

export const DEVICE = "kube-ipvs0";

export interface ComparedAddresses {
  readonly changes: readonly Change[];
  readonly assumptions: readonly string[];
  /** Whether addresses were listed and those of kube-ipvs0 were not. */
  readonly isNotGiven: boolean;
}

/** Whether the listing shows a whole host rather than one interface. */
function showsWholeHost(interfaces: readonly NetworkInterface[]): boolean {
  return interfaces.some(({ name }) => name === "lo") || interfaces.length > 2;
}

/**
 * The addresses of the host's own interfaces, both families, when a listing shows them all: what node ports listen on.
 * Undefined when only some interfaces were listed, or none of the family's addresses.
 */
export function hostAddresses(
  interfaces: readonly NetworkInterface[] | undefined,
  family: IPFamily,
): string[] | undefined {
  if (!interfaces || !showsWholeHost(interfaces) || !showsFamily(interfaces, family)) return undefined;
  return interfaces.flatMap(({ name, addresses }) => (name === DEVICE ? [] : addresses.map(({ address }) => address)));
}

/** Of the node, with those that its listing of interfaces shows; undefined where none is known. */
export function ownAddresses(
  interfaces: readonly NetworkInterface[] | undefined,
  family: IPFamily,
  nodeAddresses: ReadonlySet<string> | undefined,
): ReadonlySet<string> | undefined {
  const listed = hostAddresses(interfaces, family);
  return listed || nodeAddresses ? new Set([...(listed ?? []), ...(nodeAddresses ?? [])]) : undefined;
}

/** What the two places hold: undefined for one that was not given. */
interface Held {
  readonly onDevice: ReadonlyMap<string, FileLine | undefined> | undefined;
  readonly inSet: KnownSet["held"] | undefined;
  readonly setName: string;
}

/**
 * One change an address. Addresses of which every virtual server is missing, or is stale, are told by those.
 * Loopback and link-local IPv6 addresses of the interface are left out, as kube-proxy does.
 * `told`: addresses that changes of frontends are about already.
 */
export function compareBoundAddresses(
  expected: ExpectedIPVS,
  { interfaces }: IPVSCapture,
  known: ReadonlyMap<string, KnownSet>,
  matched: MatchedServers | undefined,
  told: ReadonlySet<string>,
): ComparedAddresses {
  const assumptions: string[] = [];
  const changes: Change[] = [];
  const set = [...known].find(([name]) => setRole(name) === "bound-addresses");
  const setName = expected.state.sets.find(({ name }) => setRole(name) === "bound-addresses")?.name ?? "KUBE-IPVS-IPS";
  const device = interfaces?.find(({ name }) => name === DEVICE);
  if (interfaces && !device) {
    if (lacksDevice(interfaces, expected)) changes.push(missingDevice(expected));
    else assumptions.push(`the listing of addresses does not show ${DEVICE}, so its addresses are not compared`);
  }
  const onDevice = interfaces && boundAddresses(interfaces, expected);
  if (device && !onDevice)
    assumptions.push(
      `the listing of addresses shows no ${expected.state.family} address, so ${DEVICE}'s are not compared`,
    );
  const held: Held = { onDevice, inSet: set?.[1].held, setName };
  const isNotGiven = interfaces !== undefined && !onDevice && changes.length === 0;
  if (!held.onDevice && !held.inSet) return { changes, assumptions, isNotGiven };

  const missingServers = new Set(matched?.missing.map(({ address }) => address));
  const heldServers = new Set(matched && Array.from(matched.held.values(), ({ address }) => address));
  const labels = labelsByAddress(expected.state.virtualServers);
  const wanted = new Map(expected.state.addresses.map((entry) => [entry.address, entry]));
  for (const { address, origin } of expected.state.addresses) {
    if (told.has(address) || (missingServers.has(address) && !heldServers.has(address))) continue;
    const change = missingAddress(address, origin?.label, labels.get(address)?.size === 1, held);
    if (change) changes.push(change);
  }
  const stale = new Set([...(held.onDevice?.keys() ?? []), ...(held.inSet?.keys() ?? [])]);
  const staleServers = new Set(matched?.stale.map(({ address }) => address));
  for (const address of stale)
    if (!wanted.has(address) && !staleServers.has(address) && !told.has(address))
      changes.push(staleAddress(address, held));
  return { changes, assumptions, isNotGiven };
}

/** False for `ip -4 addr` beside IPv6 rules, and the other way round: the loopback interface has an address of each. */
function showsFamily(interfaces: readonly NetworkInterface[], family: IPFamily): boolean {
  const all = interfaces.flatMap(({ addresses }) => addresses);
  return all.length === 0 || all.some(({ address }) => familyOfIP(address) === family);
}

/** Whether a listing that would show the interface shows that there is none, though it should have addresses. */
export function lacksDevice(interfaces: readonly NetworkInterface[], { state }: ExpectedIPVS): boolean {
  return (
    state.addresses.length > 0 &&
    !interfaces.some(({ name }) => name === DEVICE) &&
    showsWholeHost(interfaces) &&
    showsFamily(interfaces, state.family)
  );
}

/**
 * Addresses of the family on kube-ipvs0, loopback and link-local IPv6 left out. Undefined when the listing does not
 * show the interface, or no address of the family at all.
 */
export function boundAddresses(
  interfaces: readonly NetworkInterface[],
  expected: ExpectedIPVS,
): Map<string, FileLine | undefined> | undefined {
  const device = interfaces.find(({ name }) => name === DEVICE);
  if (!device || !showsFamily(interfaces, expected.state.family)) return undefined;
  return new Map(
    device.addresses.flatMap(({ address, at }) => {
      const ip = parseIP(address);
      const counts =
        ip?.family === expected.state.family && !isLoopback(ip) && !(ip.family === "IPv6" && isLinkLocal(ip));
      return counts ? [[address, at] as const] : [];
    }),
  );
}

function missingDevice({ state }: ExpectedIPVS): Change {
  return {
    kind: "base-chain-changed",
    severity: "error",
    chain: DEVICE,
    message: `interface ${DEVICE} is missing: the node takes no packets to virtual addresses`,
    expected: state.addresses.map(({ address }) => `${address} dev ${DEVICE}`),
    actual: [],
  };
}

/** The service ports behind each address. */
function labelsByAddress(servers: readonly VirtualServer[]): Map<string, Set<string>> {
  const labels = new Map<string, Set<string>>();
  for (const { address, origin } of servers) {
    if (!origin) continue;
    const found = labels.get(address);
    if (found) found.add(origin.label);
    else labels.set(address, new Set([origin.label]));
  }
  return labels;
}

function missingAddress(
  address: string,
  label: string | undefined,
  hasOnePort: boolean,
  { onDevice, inSet, setName }: Held,
): Change | undefined {
  const offDevice = onDevice !== undefined && !onDevice.has(address);
  const offSet = inSet !== undefined && !inSet.has(address);
  if (!offDevice && !offSet) return undefined;
  const service = label === undefined ? undefined : serviceOfLabel(label);
  return {
    kind: offDevice ? "frontend-missing" : "verdict-changed",
    severity: offDevice ? "error" : "warning",
    ...(service !== undefined && { service, ...(hasOnePort && { port: label!.slice(service.length + 1) }) }),
    frontend: address,
    ...(!offDevice && { chain: setName }),
    message: offDevice
      ? `${address} of ${service ?? "a service"} is not on ${DEVICE}: the node does not take packets to it`
      : `${address} of ${service ?? "a service"} is missing from ${setName}: its other ports are not rejected and reach the node itself`,
    expected: [...(offDevice ? [`${address} dev ${DEVICE}`] : []), ...(offSet ? [`add ${setName} ${address}`] : [])],
    actual: [],
  };
}

function staleAddress(address: string, { onDevice, inSet, setName }: Held): Change {
  const isOnDevice = onDevice?.has(address) ?? false;
  const entry = inSet?.get(address);
  const at = onDevice?.get(address) ?? entry?.at;
  return {
    kind: "frontend-stale",
    severity: isOnDevice ? "error" : "warning",
    frontend: address,
    ...(!isOnDevice && { chain: setName }),
    message: isOnDevice
      ? `${address} is still on ${DEVICE}, though no service has it: connections to it end on this node`
      : `${address} is still in ${setName}, though no service has it`,
    expected: [],
    actual: [...(isOnDevice ? [`${address} dev ${DEVICE}`] : []), ...(entry ? [`add ${setName} ${address}`] : [])],
    ...(at && { at }),
  };
}
