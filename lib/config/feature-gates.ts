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
 * Gates of kube-proxy that change no rules, with the minors that know them; without a first or last one all do.
 * Source: pkg/features and k8s.io/component-base; kube-proxy takes every gate that its binary is built with.
 */
const OTHER_GATES: Readonly<Record<string, { readonly since?: number; readonly until?: number }>> = {
  AllAlpha: {},
  AllBeta: {},
  APIServerTracing: {},
  CloudDualStackNodeIPs: { until: 33 },
  ComponentFlagz: { since: 32 },
  ComponentStatusz: { since: 32 },
  ContextualLogging: {},
  IPTablesOwnershipCleanup: { until: 30 },
  KubeProxyDrainingTerminatingNodes: { since: 28, until: 33 },
  LoggingAlphaOptions: {},
  LoggingBetaOptions: {},
  MinimizeIPTablesRestore: { until: 29 },
  NFTablesNetlink: { since: 37 },
  NFTablesProxyMode: { since: 29 },
  OpenAPIEnums: {},
  ProxyTerminatingEndpoints: { until: 29 },
  RelaxedServiceNameValidation: { since: 34 },
  ServiceNodePortStaticSubrange: { until: 30 },
  StructuredAuthenticationConfiguration: { since: 29 },
  TopologyManagerPolicyOptions: {},
  WatchList: {},
  WatchListClient: { since: 30 },
  WinDSR: {},
  WinOverlay: {},
  WindowsHostNetwork: { until: 32 },
};

/** The value of a gate: set by the configuration unless locked, else the default; undefined when the release lacks it. */
export function gateValue(row: GateRow, minor: number, set: Readonly<Record<string, boolean>>): boolean | undefined {
  const entry = row.defaults.filter(({ since }) => since <= minor).at(-1);
  if (!entry) return undefined;
  return entry.lock ? entry.on : (set[row.name] ?? entry.on);
}

/** Names that kube-proxy of a minor takes in `featureGates`, sorted. */
export function gateNames(minor: number): string[] {
  const changing = Object.values(GATES).flatMap(({ name, defaults }) => (defaults[0].since <= minor ? [name] : []));
  const others = Object.entries(OTHER_GATES).flatMap(([name, { since = 0, until = Infinity }]) =>
    since <= minor && minor <= until ? [name] : [],
  );
  return [...changing, ...others].sort();
}

/** A gate that the minor locks to another value than the one set, by name; kube-proxy does not start with it. */
export function lockedGates(minor: number, set: Readonly<Record<string, boolean>>): string[] {
  return Object.values(GATES as GateTable).flatMap(({ name, defaults }) => {
    const entry = defaults.filter(({ since }) => since <= minor).at(-1);
    return entry?.lock && set[name] !== undefined && set[name] !== entry.on ? [name] : [];
  });
}
