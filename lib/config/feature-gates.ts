/** Feature gates that kube-proxy's configuration may name, by release: those that change rules, and the others. */

export interface GateDefault {
  readonly since: number;
  readonly on: boolean;
  /** The gate cannot be changed any more. */
  readonly lock?: boolean;
}

/** A gate whose value changes what svcrules answers. Later minors repeat the last default. */
export interface GateRow {
  readonly name: string;
  readonly defaults: readonly GateDefault[];
}

export const GATES = {
  topologyAwareHints: {
    name: "TopologyAwareHints",
    defaults: [
      { since: 27, on: true },
      { since: 33, on: true, lock: true },
    ],
  },
  serviceTrafficDistribution: {
    name: "ServiceTrafficDistribution",
    defaults: [
      { since: 30, on: false },
      { since: 31, on: true },
      { since: 33, on: true, lock: true },
    ],
  },
  preferSameTrafficDistribution: {
    name: "PreferSameTrafficDistribution",
    defaults: [
      { since: 33, on: false },
      { since: 34, on: true },
      { since: 35, on: true, lock: true },
    ],
  },
  loadBalancerIPMode: {
    name: "LoadBalancerIPMode",
    defaults: [
      { since: 29, on: false },
      { since: 30, on: true },
      { since: 32, on: true, lock: true },
    ],
  },
  allowServiceExternalIPs: { name: "AllowServiceExternalIPs", defaults: [{ since: 36, on: true }] },
  multiCIDRServiceAllocator: {
    name: "MultiCIDRServiceAllocator",
    defaults: [
      { since: 31, on: false },
      { since: 33, on: true },
      { since: 34, on: true, lock: true },
    ],
  },
  kubeProxyIPVS: { name: "KubeProxyIPVS", defaults: [{ since: 37, on: true }] },
  nftLocalhostNodePorts: { name: "KubeProxyNFTablesLocalhostNodePorts", defaults: [{ since: 37, on: false }] },
} as const satisfies Record<string, GateRow>;

export type GateId = keyof typeof GATES;
export type GateTable = Readonly<Record<GateId, GateRow>>;

/**
 * Names of gates that kube-proxy takes and that change no rules, or none in the releases that the table above leaves out.
 * Not complete, and without releases: kube-proxy is built with every gate of Kubernetes. Source: pkg/features.
 */
const OTHER_GATES: readonly string[] = [
  "AllAlpha",
  "AllBeta",
  "CloudDualStackNodeIPs",
  "ComponentFlagz",
  "ComponentStatusz",
  "ContextualLogging",
  "IPTablesOwnershipCleanup",
  "KubeProxyDrainingTerminatingNodes",
  "LoggingAlphaOptions",
  "LoggingBetaOptions",
  "MinimizeIPTablesRestore",
  "MultiCIDRServiceAllocator",
  "NFTablesProxyMode",
  "ProxyTerminatingEndpoints",
  "RelaxedServiceNameValidation",
  "ServiceNodePortStaticSubrange",
  "WatchListClient",
  "WinDSR",
  "WinOverlay",
];

/** The value of a gate: set by the configuration unless locked, else the default; undefined when the release lacks it. */
export function gateValue(row: GateRow, minor: number, set: Readonly<Record<string, boolean>>): boolean | undefined {
  const entry = row.defaults.filter(({ since }) => since <= minor).at(-1);
  if (!entry) return undefined;
  return entry.lock ? entry.on : (set[row.name] ?? entry.on);
}

/** Names of kube-proxy's gates, sorted; `laterGates` has those that a minor lacks. */
export function gateNames(): string[] {
  return [...new Set([...Object.values(GATES).map(({ name }) => name), ...OTHER_GATES])].sort();
}

/** Gates set that only a later minor brings, with that minor; kube-proxy does not start with them. */
export function laterGates(
  minor: number,
  set: Readonly<Record<string, boolean>>,
): { readonly name: string; readonly since: number }[] {
  return Object.values(GATES as GateTable).flatMap(({ name, defaults }) => {
    const { since } = defaults[0]!;
    return set[name] !== undefined && since > minor && !OTHER_GATES.includes(name) ? [{ name, since }] : [];
  });
}

/** A gate that the minor locks to another value than the one set, by name; kube-proxy does not start with it. */
export function lockedGates(minor: number, set: Readonly<Record<string, boolean>>): string[] {
  return Object.values(GATES as GateTable).flatMap(({ name, defaults }) => {
    const entry = defaults.filter(({ since }) => since <= minor).at(-1);
    return entry?.lock && set[name] !== undefined && set[name] !== entry.on ? [name] : [];
  });
}
