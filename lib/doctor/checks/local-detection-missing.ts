import { count, evidence } from "../describe.js";
import type { Check, Evidence } from "../types.js";

export const localDetectionMissing: Check = {
  id: "local-detection-missing",
  title: "kube-proxy cannot tell pod traffic apart",
  severity: "warning",
  why: "without it kube-proxy does not masquerade connections from outside to cluster IPs, so their replies take another way and are lost",
  covers: [17],
  needs: ["configuration"],
  scope: "cluster",
  *run({ cluster, config, configGiven }) {
    // A mode chosen by option says nothing of the rest of the configuration.
    if (!configGiven || cluster.proxyConfigurations.length === 0) return;
    const masqueradesAll = config.mode === "nftables" ? config.nftables.masqueradeAll : config.iptables.masqueradeAll;
    if (masqueradesAll) return;
    const configuration = cluster.proxyConfigurations[0];
    const at = (text: string, field: string): Evidence =>
      configuration?.origin ? { text, at: { origin: configuration.origin, path: [field] } } : { text };
    if (config.detectLocalMode === "ClusterCIDR" && config.clusterCIDR.trim() === "") {
      yield {
        message: "detectLocalMode is ClusterCIDR (the default) and clusterCIDR is not set",
        evidence: [at("no clusterCIDR", configuration && "clusterCIDR" in configuration ? "clusterCIDR" : "kind")],
        change:
          "set clusterCIDR to the pods' range, or detectLocalMode to NodeCIDR, BridgeInterface or InterfaceNamePrefix",
      };
    } else if (config.detectLocalMode === "NodeCIDR") {
      const bare = cluster.nodes.filter(({ spec }) => !spec?.podCIDR && !spec?.podCIDRs?.length);
      if (bare.length === 0) return;
      yield {
        message: `detectLocalMode is NodeCIDR, but ${count(bare.length, "node")} of ${cluster.nodes.length} ${bare.length === 1 ? "has" : "have"} no podCIDR`,
        evidence: [
          at("detectLocalMode: NodeCIDR", "detectLocalMode"),
          ...bare
            .slice(0, 3)
            .map((node) => evidence(`Node ${node.metadata.name} has no podCIDR`, node, ["metadata", "name"])),
        ],
        change: "use another detectLocalMode: this network plugin does not give nodes a podCIDR",
      };
    }
  },
};
