import type { Check, Evidence } from "../types.js";

export const deprecatedProxyMode: Check = {
  id: "deprecated-proxy-mode",
  title: "A kube-proxy mode that is going away",
  severity: "warning",
  why: "a later release removes the mode, and kube-proxy of that release does not start with it",
  scope: "cluster",
  *run({ cluster, config, configGiven, features }) {
    if (!configGiven) return;
    const configuration = cluster.proxyConfigurations[0];
    const written = typeof configuration?.["mode"] === "string" ? configuration["mode"] : config.mode;
    const evidence: Evidence[] = [
      configuration?.origin
        ? { text: `mode: ${written}`, at: { origin: configuration.origin, path: ["mode"] } }
        : { text: `mode ${written}` },
    ];
    const change = "move to mode nftables (kernel 5.13 or newer), or to iptables";
    if (written === "userspace")
      yield {
        severity: "error",
        message: "mode userspace was removed in 1.26: kube-proxy does not start with it",
        evidence,
        change,
      };
    else if (config.mode === "ipvs" && features.ipvsDeprecated)
      yield { message: "mode ipvs is deprecated since 1.35", evidence, change };
  },
};
