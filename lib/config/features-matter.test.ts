/** No feature is kept that changes nothing: turned round, it changes a recorded text, or a stage asks for it by name. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { compileIptables } from "../backends/iptables/index.js";
import { compileIpvs } from "../backends/ipvs/index.js";
import { compileNftables } from "../backends/nftables/index.js";
import { makeNodeView } from "../cluster/node-view.js";
import { backendInput } from "../pipeline/compile.js";
import { renderIptablesRestore } from "../render/iptables-restore.js";
import { ipvsIptablesProgram } from "../render/ipvs-iptables.js";
import { addressLines, ipsetLines, ipvsadmLines } from "../rulesets/ipvs/print.js";
import { nftLines } from "../rulesets/nftables/print.js";
import { recordedCases, type RecordedCase } from "../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../testing/recorded-cluster.js";
import { featuresOf, NEWEST_VERSION, type Features } from "./features.js";
import { NEWEST_MINOR, OLDEST_MINOR, OLDEST_MINOR_OTHER_MODES } from "./kube-version.js";

type Flag = keyof Features;
const FLAGS = Object.keys(featuresOf(NEWEST_VERSION)) as Flag[];

/** A recorded case whose text changes with the flag, with the mode and the minor. */
const SHOWN_BY: Partial<Record<Flag, readonly [caseName: string, mode: string, minor: number]>> = {
  allowServiceExternalIPs: ["external-ips-clusterip", "iptables", NEWEST_MINOR],
  ignoresServicesForOtherProxy: ["headless-and-externalname", "iptables", NEWEST_MINOR],
  ignoresSlicesLabelledForOtherProxy: ["headless-and-externalname", "iptables", NEWEST_MINOR],
  loadBalancerIPMode: ["loadbalancer-ipmode-proxy", "iptables", NEWEST_MINOR],
  zeroSourceRangeMeansAll: ["loadbalancer-source-ranges", "iptables", NEWEST_MINOR],
  nfacctCounters: ["nfacct", "iptables", NEWEST_MINOR],
  invalidDropFollowsTcpBeLiberal: ["node-features", "iptables", NEWEST_MINOR],
  alwaysRandomFully: ["node-features", "iptables", NEWEST_MINOR],
  trafficDistribution: ["random-003", "iptables", NEWEST_MINOR],
  preferSameZoneAndNode: ["random-003", "iptables", NEWEST_MINOR],
  topologyZoneHints: ["random-003", "iptables", NEWEST_MINOR],
  topologyNeedsAnnotation: ["random-003", "iptables", NEWEST_MINOR],
  topologyNodeHints: ["traffic-distribution-same-node", "iptables", OLDEST_MINOR],
  nftSplitPreDNATChains: ["apiserver-no-selector", "nftables", NEWEST_MINOR],
  nftHairpinSet: ["apiserver-no-selector", "nftables", NEWEST_MINOR],
  nftSingleEndpointDNAT: ["apiserver-no-selector", "nftables", NEWEST_MINOR],
  nftLocalhostNodePorts: ["apiserver-no-selector", "nftables", NEWEST_MINOR],
  nftMatchesInterfaceByName: ["detect-local-bridge", "nftables", NEWEST_MINOR],
  nodeIPOfBothFamilies: ["dual-stack-v6", "nftables", NEWEST_MINOR],
  nftNodePortAddressKeywords: ["gate-off-localhost-IPv4", "nftables", NEWEST_MINOR],
  nftServiceCIDRs: ["random-004", "nftables", NEWEST_MINOR],
  nftMasqueradeRuleHasPort: ["apiserver-no-selector", "nftables", OLDEST_MINOR_OTHER_MODES],
};

/**
 * Flags that change no recorded text, since every case is written as current API servers and controllers write objects;
 * or that decide what is said, not the rules. Tests beside the code that asks for them show what they change.
 */
const WITHOUT_RECORDED_TEXT: readonly Flag[] = [
  "ignoresServicesLabelledHeadless",
  "externalPolicyOnClusterIPServices",
  "zeroNodePortCIDRByPrefix",
  "nodePortAddressesPrimary",
  "canonicalServiceIPs",
  "canonicalEndpointIPs",
  "canonicalHairpinSource",
  "duplicatesPreferNotTerminating",
  "sortsWithinSliceBeforeDeduplicating",
  "sliceFamilyDecides",
  "topologyNeedsNodeZone",
  "unsetModeDeprecated",
  "ipvsDeprecated",
  "nftCutsComments",
  "namedPortsOfSidecars",
  "canonicalPodIPs",
  "emptyZoneHints",
  "relaxedServiceNames",
  "strictIPAndCIDRSyntax",
  "canonicalSliceAddresses",
  "refusesLoadBalancerPort10250",
  "loadBalancerStatusNeedsType",
  "externalPolicyDefaultsOnClusterIP",
  "preferCloseDeprecated",
  "ipvsMode",
];

/** Only asked by the table of deprecations, which stands in this folder. */
const ASKED_HERE: readonly Flag[] = ["unsetModeDeprecated", "ipvsDeprecated"];

/** The texts of a recorded case, all flags as the release has them but for the one that is turned round. */
function textOf(recorded: RecordedCase, mode: string, minor: number, turned?: Flag): string {
  const cluster = recordedCluster(recorded.name);
  const known = recordedSituation(recorded, cluster, mode, minor);
  const features = turned ? { ...known.features, [turned]: !known.features[turned] } : known.features;
  const object = cluster.nodes.find(({ metadata }) => metadata.name === known.node.name);
  const node = makeNodeView(known.node.name, object, known.config, features);
  const input = backendInput(cluster, { ...known, features, controllerFeatures: features, node });
  if (mode === "iptables") return [...renderIptablesRestore(compileIptables(input))].join("");
  if (mode === "nftables") return [...nftLines(compileNftables(input))].join("\n");
  const compiled = compileIpvs(input);
  const { virtualServers, sets } = compiled.state;
  const lines = [...ipvsadmLines(virtualServers), ...ipsetLines(sets), ...addressLines(compiled.state)];
  return [...lines, ...renderIptablesRestore(ipvsIptablesProgram(compiled))].join("\n");
}

describe("every feature", () => {
  test("is either shown by a recorded text or listed as without one", () => {
    expect([...Object.keys(SHOWN_BY), ...WITHOUT_RECORDED_TEXT].sort()).toEqual([...FLAGS].sort());
  });

  test.each(Object.entries(SHOWN_BY))(
    "%s, turned round, changes the text of its recorded case",
    (flag, [name, mode, minor]) => {
      const recorded = recordedCases().find((one) => one.name === name)!;
      expect(textOf(recorded, mode, minor, flag as Flag)).not.toBe(textOf(recorded, mode, minor));
    },
  );

  test("without a recorded text is asked by name outside the tables", () => {
    const lib = fileURLToPath(new URL("../", import.meta.url));
    const code = readdirSync(lib, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !/^(?:config|testing)\//.test(name))
      .map((name) => readFileSync(join(lib, name), "utf8"))
      .join("\n");
    const words = new Set(code.match(/\b[a-zA-Z0-9]+\b/g));
    const asked = WITHOUT_RECORDED_TEXT.filter((flag) => !ASKED_HERE.includes(flag));
    expect(asked.filter((flag) => !words.has(flag))).toEqual([]);
  });
});
