/** What kube-proxy is going to stop doing, with dates: said in the same words by compile, doctor and migrate. */
import { GATES } from "./feature-gates.js";
import { sinceRelease } from "./feature-releases.js";
import type { Features } from "./feature-types.js";
import type { ProxyMode } from "./proxy-config.js";

export interface Deprecation {
  readonly id: "userspace-mode" | "ipvs-mode" | "default-mode";
  /** The change, without a full stop. */
  readonly message: string;
  /** What to do, without a full stop. */
  readonly change: string;
}

/** Minors of what Kubernetes has announced; all but the first lie ahead. */
const ANNOUNCED = { userspaceModeRemoved: 26, ipvsGateOff: 40, ipvsModeRemoved: 43, nftablesByDefault: 40 } as const;

/** Why an option does not take the mode. */
export const USERSPACE_REFUSED = `mode userspace was removed from kube-proxy in Kubernetes 1.${ANNOUNCED.userspaceModeRemoved}`;

const MOVE = "move to mode nftables (Linux 5.13 and newer), or to iptables";

/**
 * In order of release.
 * Source: KEP-5495 (ipvs mode), KEP-5343 (default mode), pull requests 139397 and 139957 of kubernetes/kubernetes.
 */
export const DEPRECATIONS: Readonly<Record<Deprecation["id"], Deprecation>> = {
  "userspace-mode": {
    id: "userspace-mode",
    message: `mode userspace was removed in 1.${ANNOUNCED.userspaceModeRemoved}: kube-proxy does not start with it`,
    change: MOVE,
  },
  "ipvs-mode": {
    id: "ipvs-mode",
    message:
      `mode ipvs is deprecated since ${sinceRelease("ipvsDeprecated")}: its gate ${GATES.kubeProxyIPVS.name} is to be ` +
      `off from 1.${ANNOUNCED.ipvsGateOff} on, and 1.${ANNOUNCED.ipvsModeRemoved} is to remove the mode`,
    change: `${MOVE}; the rules of ipvs mode do not change until then`,
  },
  "default-mode": {
    id: "default-mode",
    message: `the kube-proxy configuration sets no mode: that means iptables, and nftables from 1.${ANNOUNCED.nftablesByDefault} on`,
    change: "write the mode that is wanted into the configuration",
  },
};

/**
 * Those that concern a kube-proxy. `writtenMode`: of its configuration, "" where it is not set there; undefined where
 * there is no configuration, or the mode was chosen in another way.
 */
export function deprecationsOf(
  features: Features,
  mode: ProxyMode,
  writtenMode: string | undefined,
): readonly Deprecation[] {
  const found: Deprecation[] = [];
  if (writtenMode === "userspace") found.push(DEPRECATIONS["userspace-mode"]);
  else if (mode === "ipvs" && features.ipvsDeprecated) found.push(DEPRECATIONS["ipvs-mode"]);
  else if (writtenMode === "" && features.unsetModeDeprecated) found.push(DEPRECATIONS["default-mode"]);
  return found;
}
