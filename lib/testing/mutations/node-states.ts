/** Nodes on which all is as it should be, in all modes and both IP families, as texts that tools print. */
import { load, YAML11_SCHEMA } from "js-yaml";
import { compileIptables } from "../../backends/iptables/index.js";
import { compileIpvs } from "../../backends/ipvs/index.js";
import { compileNftables } from "../../backends/nftables/index.js";
import type { BackendInput } from "../../backends/input.js";
import type { Cluster } from "../../cluster/types.js";
import type { ProxyMode } from "../../config/proxy-config.js";
import type { KubeProxyConfiguration } from "../../kube/types.js";
import { backendInput } from "../../pipeline/compile.js";
import type { Wishes } from "../../pipeline/situation.js";
import { renderIptablesSave } from "../../render/iptables-save.js";
import { nftListing } from "../../rulesets/nftables/print-list.js";
import { nodeTexts } from "../ipvs-vm/node-texts.js";
import { readCaseInput, recordedCases } from "../recorded-cases.js";
import { recordedCluster, recordedSituation } from "../recorded-cluster.js";
import { nodeCaptures, recordedNodes, recordedNodeSituation } from "../recorded-nodes.js";
import { textsOf as partsOf } from "../../source/texts-of.js";
import type { CaptureTexts } from "./mutate-capture.js";

export interface NodeState {
  readonly name: string;
  readonly cluster: Cluster;
  /** Made anew for each use: its service ports can be gone through once. */
  readonly input: () => BackendInput;
  readonly wishes: Wishes;
  readonly texts: CaptureTexts;
}

/** Cases with every kind of frontend, policy and verdict. */
const CASES = [
  "guestbook",
  "loadbalancer-source-ranges",
  "session-affinity",
  "loadbalancer-local",
  "no-endpoints",
  "internal-local",
  "masquerade-all",
  "ipv6-loadbalancer",
  "random-003",
  "random-013-v6",
];

/** What the tools of a mode print on a node that holds what is compiled. */
export function textsOf(input: BackendInput, mode: ProxyMode): CaptureTexts {
  const joined = (lines: Iterable<string>) => [...lines].join("\n");
  switch (mode) {
    case "iptables":
      return {
        [input.family === "IPv6" ? "ip6tables-save" : "iptables-save"]: joined(
          renderIptablesSave(compileIptables(input)),
        ),
      };
    case "nftables":
      return { "nft.txt": elementsByLine(joined(nftListing(compileNftables(input)))) };
    case "ipvs": {
      const compiled = compileIpvs(input);
      return { ...nodeTexts({ ...compiled, excludeCIDRs: [] }) };
    }
  }
}

/** Every element on a line of its own that ends with a comma. */
function elementsByLine(listing: string): string {
  return listing.replace(/elements = \{ ([^]*?) \}\n/g, (_, inner: string) => {
    const lines = inner.split(/,\s*\n\s*/).map((element) => `\t\t\t${element.trim()},\n`);
    return `elements = {\n${lines.join("")}\t\t}\n`;
  });
}

/** Compiled nodes of the cases, in a mode. Those whose case asks for no packets are left out. */
export function compiledStates(mode: ProxyMode): NodeState[] {
  return recordedCases()
    .filter(({ name }) => CASES.includes(name))
    .map((recorded) => {
      const { name, node, family, nodeFeatures } = recorded;
      const cluster = recordedCluster(name);
      const input = () => backendInput(cluster, recordedSituation(recorded, cluster, mode, 36));
      const proxyConfiguration = load(readCaseInput(name, "kube-proxy.yaml"), {
        schema: YAML11_SCHEMA,
      }) as KubeProxyConfiguration;
      const ipFamily = family === "IPv6" ? "ipv6" : "ipv4";
      const wishes: Wishes = { mode, kubeVersion: "1.36", node, ipFamily, nodeFeatures, proxyConfiguration };
      return { name, cluster, input, wishes, texts: textsOf(input(), mode) };
    });
}

/** The recorded nodes of a mode on which nothing differs and which were captured by tools that print one rule a line. */
export function recordedStates(mode: ProxyMode): NodeState[] {
  return recordedNodes(mode)
    .filter(({ name, identical }) => identical && /clean/.test(name))
    .map((recorded) => {
      const { cluster, situation } = recordedNodeSituation(recorded);
      const texts = Object.fromEntries(
        nodeCaptures(recorded).map((source) => [source.name, elementsByLine([...partsOf(source)].join(""))]),
      );
      const { name, node, kubeVersion, family } = recorded;
      const wishes: Wishes = { mode, kubeVersion, node, ipFamily: family === "IPv6" ? "ipv6" : "ipv4" };
      return { name, cluster, input: () => backendInput(cluster, situation), wishes, texts };
    });
}
