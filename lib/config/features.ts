/**
 * The features of a release: its row of `feature-rows.ts`, and the gates of the configuration.
 * Everything else asks a feature by its name; no release numbers outside this folder.
 */
import { GATES, gateValue, type GateTable } from "./feature-gates.js";
import { FIRST_RELEASE, RELEASE_ROWS, type ReleaseFacts, type ReleaseRow } from "./feature-rows.js";
import type { Features } from "./feature-types.js";
import { NEWEST_MINOR, type KubeVersion } from "./kube-version.js";

export type { Features } from "./feature-types.js";

/** What is known of releases; another one than `KNOWN_RELEASES` is tried out when a new release is looked into. */
export interface ReleaseTable {
  readonly rows: readonly ReleaseRow[];
  readonly gates: GateTable;
}

export const KNOWN_RELEASES: ReleaseTable = { rows: RELEASE_ROWS, gates: GATES };

/** A version without patch is the newest patch of its minor. */
function factsOf({ minor, patch = Infinity }: KubeVersion, rows: readonly ReleaseRow[]): ReleaseFacts {
  const changes = rows
    .filter((row) => row.minor < minor || (row.minor === minor && (row.patch ?? 0) <= patch))
    .map((row) => row.changes);
  return Object.assign({ ...FIRST_RELEASE.facts }, ...changes) as ReleaseFacts;
}

/**
 * The features of a release.
 * `gates`: featureGates of the KubeProxyConfiguration. `watchSelectors`: leave out what kube-proxy does not watch.
 */
export function featuresOf(
  version: KubeVersion,
  gates: Readonly<Record<string, boolean>> = {},
  watchSelectors = false,
  table: ReleaseTable = KNOWN_RELEASES,
): Features {
  const { topologyHintsAlways, watchesOwnSlicesOnly, ...facts } = factsOf(version, table.rows);
  const isOn = (gate: keyof GateTable, otherwise: boolean) =>
    gateValue(table.gates[gate], version.minor, gates) ?? otherwise;
  return {
    ...facts,
    ignoresServicesForOtherProxy: watchSelectors,
    ignoresSlicesLabelledForOtherProxy: watchSelectors && watchesOwnSlicesOnly,
    loadBalancerIPMode: isOn("loadBalancerIPMode", false),
    allowServiceExternalIPs: isOn("allowServiceExternalIPs", true),
    topologyZoneHints: isOn("topologyAwareHints", true),
    topologyNeedsAnnotation: !topologyHintsAlways && !isOn("serviceTrafficDistribution", false),
    topologyNodeHints: isOn("preferSameTrafficDistribution", false),
    nftServiceCIDRs: isOn("multiCIDRServiceAllocator", false),
    nftLocalhostNodePorts: isOn("nftLocalhostNodePorts", false),
    ipvsMode: isOn("kubeProxyIPVS", true),
  };
}

/** The newest release known. */
export const NEWEST_VERSION: KubeVersion = { minor: NEWEST_MINOR, text: `1.${NEWEST_MINOR}` };
