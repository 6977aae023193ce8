/** Cluster IPs, IP families, node ports and health-check ports of Services. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { DiagnosticCode } from "../../diagnostics/codes.js";
import type { Service } from "../../kube/types.js";
import { cidrContains, type CIDR } from "../../net/cidr.js";
import { parseIP, type IPFamily } from "../../net/ip.js";
import type { FieldPath } from "../../source/origin.js";
import { createAddressPool, serviceBands, type AddressPool } from "./address-pool.js";
import { givenClusterIPs, isHeadless, resolveFamilies } from "./ip-families.js";
import { allocateNodePort } from "./port-pool.js";
import type { ServiceRanges } from "./service-ranges.js";
import type { SimulationCounts } from "./summary.js";

/** Whether missing values are made up, errors, or left alone. */
export interface ServiceCompletion {
  readonly simulate: boolean;
  readonly live: boolean;
  readonly ranges: ServiceRanges;
  readonly counts: SimulationCounts;
  readonly report: (diagnostic: Diagnostic) => void;
}

interface Allocators {
  readonly pool: Readonly<Record<IPFamily, AddressPool>>;
  readonly nodePorts: Set<number>;
}

/**
 * Gives Services, which it takes over and changes, their addresses and ports. What is given stays; what is made up hangs on the hash of namespace and name, so
 * that other Services come and go without moving it unless two hashes fall together.
 */
export function completeServices(services: readonly Service[], how: ServiceCompletion): readonly Service[] {
  let allocators: Allocators | undefined;
  const needAllocators = () => (allocators ??= reserveGiven(services, how.ranges));
  for (const service of services) completeService(service, how, needAllocators);
  return services;
}

/** `default/kubernetes` and `kube-system/kube-dns` have fixed addresses in every cluster. */
const FIXED_OFFSETS: Readonly<Record<string, bigint>> = { "default/kubernetes": 1n, "kube-system/kube-dns": 10n };

function reserveGiven(services: readonly Service[], { range }: ServiceRanges): Allocators {
  const taken: Record<IPFamily, Set<bigint>> = { IPv4: new Set(), IPv6: new Set() };
  const nodePorts = new Set<number>();
  for (const service of services) {
    for (const text of givenClusterIPs(service)) {
      const ip = text === "None" ? undefined : parseIP(text);
      if (ip) taken[ip.family].add(ip.value);
    }
    for (const { nodePort } of service.spec.ports ?? []) if (nodePort) nodePorts.add(nodePort);
    if (service.spec.healthCheckNodePort) nodePorts.add(service.spec.healthCheckNodePort);
  }
  const pool = (family: IPFamily) => createAddressPool(range[family], serviceBands(range[family]), taken[family]);
  const pools = { IPv4: pool("IPv4"), IPv6: pool("IPv6") };
  const fixed = (family: IPFamily): AddressPool => ({
    allocate(key) {
      if (!Object.hasOwn(FIXED_OFFSETS, key)) return pools[family].allocate(key);
      const one = [{ first: FIXED_OFFSETS[key]!, count: 1n }];
      return createAddressPool(range[family], one, taken[family]).allocate(key) ?? pools[family].allocate(key);
    },
  });
  return { pool: { IPv4: fixed("IPv4"), IPv6: fixed("IPv6") }, nodePorts };
}

function completeService(service: Service, how: ServiceCompletion, allocators: () => Allocators): void {
  if (service.spec.type === "ExternalName") return;
  const simulated: string[] = [];
  if (how.live) completeStoredAddresses(service, how);
  else {
    completeAddresses(service, how, allocators, simulated);
    completeNodePorts(service, how, allocators, simulated);
    completeHealthCheckPort(service, how, allocators, simulated);
  }
  if (simulated.length > 0) service.simulated = simulated;
}

/** "namespace/name", what hashes are taken of. */
function keyOf({ metadata }: Service): string {
  return `${metadata.namespace ?? "default"}/${metadata.name}`;
}

/** As the API server presents what releases before dual stack have stored. */
function completeStoredAddresses(service: Service, how: ServiceCompletion): void {
  const { spec } = service;
  if (spec.clusterIP && spec.clusterIPs?.length && spec.ipFamilies?.length && spec.ipFamilyPolicy) return;
  const ips = givenClusterIPs(service);
  if (ips.length === 0) return missing(service, how, "cluster-ip-missing", "has no clusterIP", ["spec"]);
  spec.clusterIP ||= ips[0]!;
  spec.clusterIPs = ips;
  if (spec.ipFamilies?.length && spec.ipFamilyPolicy) return;
  const { families, policy } = resolveFamilies(service, { ...how.ranges, told: undefined }, how.report);
  if (!spec.ipFamilies?.length) spec.ipFamilies = isHeadless(service) ? families : families.slice(0, ips.length);
  spec.ipFamilyPolicy ||= policy;
}

/** Whether there is an address for every family that the policy may mean. */
function hasAllAddresses({ spec }: Service, ips: readonly string[]): boolean {
  const { ipFamilyPolicy, ipFamilies } = spec;
  return (
    ips[0] !== "None" && ipFamilies?.length === ips.length && ips.length === (ipFamilyPolicy === "SingleStack" ? 1 : 2)
  );
}

function completeAddresses(
  service: Service,
  how: ServiceCompletion,
  allocators: () => Allocators,
  simulated: string[],
): void {
  const { spec } = service;
  const ips = givenClusterIPs(service);
  if (hasAllAddresses(service, ips)) {
    warnOutsideRanges(service, ips, how);
    spec.clusterIP = ips[0]!;
    spec.clusterIPs = ips;
    return;
  }
  const { families, policy } = resolveFamilies(service, how.ranges, how.report);
  if (!isHeadless(service)) {
    warnOutsideRanges(service, ips, how);
    for (let i = ips.length; i < families.length; i++) {
      if (!how.simulate) {
        const what = `has no ${ips.length === 0 ? "clusterIP" : `${families[i]!} cluster IP`}`;
        missing(service, how, "cluster-ip-missing", what, ["spec"]);
        break;
      }
      const ip = allocators().pool[families[i]!].allocate(keyOf(service));
      if (ip === undefined) {
        exhausted(service, how, `no address of ${how.ranges.range[families[i]!].text} is left`);
        break;
      }
      ips.push(ip);
      simulated.push(`spec.clusterIPs[${i}]`);
      how.counts.clusterIPs++;
      if (i === 0) simulated.push("spec.clusterIP");
    }
  }
  if (ips.length > 0) {
    spec.clusterIP = ips[0]!;
    spec.clusterIPs = ips;
  }
  spec.ipFamilies = families;
  spec.ipFamilyPolicy = policy;
}

function warnOutsideRanges(service: Service, ips: readonly string[], { ranges, report }: ServiceCompletion): void {
  const told = ranges.told;
  if (!told) return;
  ips.forEach((text, i) => {
    const ip = parseIP(text);
    if (!ip || told.some((cidr) => cidrContains(cidr, ip))) return;
    const path: FieldPath = service.spec.clusterIPs?.length ? ["spec", "clusterIPs", i] : ["spec", "clusterIP"];
    report({
      code: "cluster-ip-outside-range",
      severity: "warning",
      message: `cluster IP ${ip.text} is outside the cluster's service ranges, ${rangeWords(told)}`,
      at: service.origin && { origin: service.origin, path },
      notes: ["the API server would refuse a new Service with it; kube-proxy programs any cluster IP"],
    });
  });
}

function rangeWords(cidrs: readonly CIDR[]): string {
  return cidrs.map(({ text }) => text).join(", ");
}

/** Ports of one number share a node port, whatever their protocols. */
function completeNodePorts(
  service: Service,
  how: ServiceCompletion,
  allocators: () => Allocators,
  simulated: string[],
): void {
  const { spec } = service;
  if (spec.type !== "NodePort" && !(spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false))
    return;
  if (!spec.ports?.some(({ nodePort }) => !nodePort)) return;
  const byPort = new Map<number, number>();
  for (const { port, nodePort } of spec.ports) if (nodePort && !byPort.has(port)) byPort.set(port, nodePort);
  spec.ports = spec.ports.map((given, i) => {
    if (given.nodePort) return given;
    const shared = byPort.get(given.port);
    if (shared === undefined && !how.simulate) {
      missing(service, how, "node-port-missing", `has no nodePort for port ${given.port}`, ["spec", "ports", i]);
      return given;
    }
    const nodePort = shared ?? allocateNodePort(`${keyOf(service)}:${given.port}`, allocators().nodePorts);
    if (nodePort === undefined) {
      exhausted(service, how, "no node port is left");
      return given;
    }
    if (shared === undefined) how.counts.nodePorts++;
    byPort.set(given.port, nodePort);
    simulated.push(`spec.ports[${i}].nodePort`);
    return { ...given, nodePort };
  });
}

function completeHealthCheckPort(
  service: Service,
  how: ServiceCompletion,
  allocators: () => Allocators,
  simulated: string[],
): void {
  const { spec } = service;
  if (spec.type !== "LoadBalancer" || spec.externalTrafficPolicy !== "Local" || spec.healthCheckNodePort) return;
  if (!how.simulate)
    return missing(service, how, "health-check-node-port-missing", "has no healthCheckNodePort", ["spec"]);
  const port = allocateNodePort(`${keyOf(service)}#health-check`, allocators().nodePorts);
  if (port === undefined) return exhausted(service, how, "no node port is left");
  spec.healthCheckNodePort = port;
  simulated.push("spec.healthCheckNodePort");
  how.counts.healthCheckNodePorts++;
}

function missing(
  service: Service,
  { report, live }: ServiceCompletion,
  code: DiagnosticCode,
  what: string,
  path: FieldPath,
): void {
  report({
    code,
    severity: "error",
    message: `Service ${keyOf(service)} ${what}`,
    at: service.origin && { origin: service.origin, path },
    notes: [
      live
        ? "the input comes from a live cluster, where every Service has one, so none is made up; read the Service again"
        : "a cluster would give it one; write one, or leave out --no-simulate",
    ],
  });
}

function exhausted(service: Service, { report }: ServiceCompletion, what: string): void {
  report({
    code: "range-exhausted",
    severity: "error",
    message: `Service ${keyOf(service)}: ${what}`,
    at: service.origin && { origin: service.origin, path: ["spec"] },
  });
}
