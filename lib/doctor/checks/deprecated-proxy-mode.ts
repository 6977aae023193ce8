import { deprecationsOf } from "../../config/deprecations.js";
import type { Check, Evidence } from "../types.js";

const SEVERITIES = { "userspace-mode": "error", "ipvs-mode": "warning", "default-mode": "info" } as const;

export const deprecatedProxyMode: Check = {
  id: "deprecated-proxy-mode",
  title: "A kube-proxy mode that is going away",
  severity: "warning",
  why: "a later release removes the mode, and kube-proxy of that release does not start with it",
  needs: ["configuration"],
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
    for (const { id, message, change } of deprecationsOf(features, config.mode, written))
      yield { severity: SEVERITIES[id], message, evidence, change };
  },
};
