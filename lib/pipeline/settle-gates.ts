/** Feature gates of the configuration that kube-proxy of the release does not take. */
import { gateNames, lockedGates } from "../config/feature-gates.js";
import type { KubeVersion } from "../config/kube-version.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { KubeProxyConfiguration } from "../kube/types.js";
import { nearest } from "../util/nearest.js";
import { quoted } from "../util/quoted.js";

/** A warning for each gate that is unknown, or locked to another value. */
export function gateWarnings(
  gates: Readonly<Record<string, boolean>>,
  { minor }: KubeVersion,
  configuration: KubeProxyConfiguration | undefined,
): Diagnostic[] {
  const set = Object.keys(gates);
  if (set.length === 0) return [];
  const known = gateNames(minor);
  const warn = (name: string, message: string, notes: readonly string[]): Diagnostic => ({
    code: "feature-gate-refused",
    severity: "warning",
    message,
    at: configuration?.origin && { origin: configuration.origin, path: ["featureGates", name] },
    notes,
  });
  const unknown = set
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      return warn(name, `featureGates ${quoted(name)} is no gate that is known of kube-proxy 1.${minor}`, [
        ...(near ? [`did you mean ${near}?`] : []),
        "kube-proxy does not start with a gate that it does not know; here it changes nothing",
      ]);
    });
  const locked = lockedGates(minor, gates).map((name) =>
    warn(name, `featureGates ${name} cannot be changed any more in 1.${minor}: it is ${String(!gates[name])}`, [
      "kube-proxy does not start with it; here it counts as left out",
    ]),
  );
  return [...unknown, ...locked];
}
