/** Feature gates of the configuration that kube-proxy of the release does not take, or may not. */
import { gateNames, laterGates, lockedGates } from "../config/feature-gates.js";
import type { KubeVersion } from "../config/kube-version.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { KubeProxyConfiguration } from "../kube/types.js";
import { nearest } from "../util/nearest.js";
import { quoted } from "../util/quoted.js";

/** Letters in which a gate's name differs from the one that was meant; real gates differ in more. */
const MISSPELT = 3;

/** A name, what is wrong with it, and what to do. */
interface RefusedGate {
  readonly name: string;
  readonly severity: "warning" | "note";
  readonly message: string;
  readonly notes: readonly string[];
}

/**
 * A warning for each gate that is misspelt, comes with a later release, or is locked to another value. A note for each
 * other name: kube-proxy takes every gate of Kubernetes, and clusters set the same ones for all components.
 */
export function gateWarnings(
  gates: Readonly<Record<string, boolean>>,
  { minor }: KubeVersion,
  configuration: KubeProxyConfiguration | undefined,
): Diagnostic[] {
  const known = gateNames();
  const unknown = Object.keys(gates).filter((name) => !known.includes(name));
  const refused = [
    ...unknown.map((name) => unknownGate(name, known)),
    ...laterGates(minor, gates).map(({ name, since }) => laterGate(name, since, minor)),
    ...lockedGates(minor, gates).map((name) => lockedGate(name, minor, !gates[name])),
  ];
  return refused.map(({ name, ...rest }) => ({
    code: "feature-gate-refused",
    at: configuration?.origin && { origin: configuration.origin, path: ["featureGates", name] },
    ...rest,
  }));
}

function unknownGate(name: string, known: readonly string[]): RefusedGate {
  const near = nearest(name, known, MISSPELT);
  const message = `featureGates ${quoted(name)} is no gate that is known of kube-proxy`;
  if (near === undefined) return { name, severity: "note", message, notes: ["it changes no rules here, on or off"] };
  const notes = [`did you mean ${near}?`, "kube-proxy does not start with a gate that Kubernetes does not have"];
  return { name, severity: "warning", message, notes };
}

function laterGate(name: string, since: number, minor: number): RefusedGate {
  const message = `featureGates ${name} comes with kube-proxy 1.${since}; 1.${minor} does not know it`;
  return { name, severity: "warning", message, notes: ["kube-proxy does not start with it; here it changes nothing"] };
}

function lockedGate(name: string, minor: number, value: boolean): RefusedGate {
  const message = `featureGates ${name} cannot be changed any more in 1.${minor}: it is ${String(value)}`;
  return {
    name,
    severity: "warning",
    message,
    notes: ["kube-proxy does not start with it; here it counts as left out"],
  };
}
