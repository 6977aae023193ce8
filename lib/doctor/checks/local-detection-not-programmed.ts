import { ruleEvidence, tablesOf } from "../captured-rules.js";
import type { Check } from "../types.js";

export const localDetectionNotProgrammed: Check = {
  id: "local-detection-not-programmed",
  title: "Service chains that masquerade nothing from outside",
  severity: "warning",
  why: "connections from outside the cluster to a cluster IP keep their source address, and the pod's reply takes another way and is lost",
  covers: [17],
  needs: ["iptables"],
  scope: "capture",
  *run(capture, { cluster, config }) {
    // A configuration in the input says it better; see local-detection-missing.
    if (cluster.proxyConfigurations.length > 0 && config.detectLocalMode === "ClusterCIDR" && config.clusterCIDR === "")
      return;
    for (const table of tablesOf(capture, "nat")) {
      if (!table.complete) continue;
      let first: { text: string; line: number } | undefined;
      let masquerades = false;
      for (const chain of table.chains.values()) {
        const services = chain.name === "KUBE-SERVICES" || chain.name.startsWith("KUBE-SVC-");
        if (!services || masquerades) continue;
        if (chain.name !== "KUBE-SERVICES" && chain.texts.length > 0)
          first ??= { text: chain.texts[0]!, line: chain.lines[0]! };
        masquerades = chain.texts.some((text) => text.includes("-j KUBE-MARK-MASQ"));
      }
      if (masquerades || !first) continue;
      yield {
        detail: table.family,
        message: "no service chain marks connections from outside the pod range for masquerading",
        evidence: [ruleEvidence(table, first.text, first.line)],
        change: "set clusterCIDR (or another detectLocalMode) in kube-proxy's configuration",
      };
    }
  },
};
