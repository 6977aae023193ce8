/** What the checks of one object have to say. */
import type { DiagnosticCode } from "../../diagnostics/codes.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { RawRecord } from "./raw-values.js";
import type { Features } from "../../config/features.js";
import type { FieldPath, Origin, Place } from "../../source/origin.js";

/** One object under check. */
export interface Findings {
  readonly kind: string;
  readonly origin: Origin | undefined;
  /** The object as it was written. */
  readonly object: RawRecord;
  readonly features: Features;
  /** A cluster gave the object out, so its API server took it, whatever others would say. */
  readonly fromCluster: boolean;
  readonly report: (diagnostic: Diagnostic) => void;
  /** Set as soon as something is found that the API server (or kube-proxy, for its configuration) refuses. */
  refused: boolean;
  /** Findings so far, those left out included. */
  count: number;
}

/** Findings of one object that are reported one by one. */
export const MOST_FINDINGS = 100;

function say(f: Findings, diagnostic: Diagnostic): void {
  if (++f.count <= MOST_FINDINGS) f.report(diagnostic);
}

/**
 * An error: the API server would not take the object. In an object that a cluster gave out it is a warning, since its API
 * server took it (an older release, or storage that nobody checked), and kube-proxy works with it.
 * `path`: the field, from the object's root.
 */
export function refuse(f: Findings, code: DiagnosticCode, path: FieldPath, message: string, ...notes: string[]): void {
  if (f.fromCluster)
    warn(f, code, path, message, "the cluster holds it already, so kube-proxy works with it", ...notes);
  else refuseAlways(f, code, path, message, ...notes);
}

/** As refuse, but an error of an object that a cluster gave out, too: nobody can tell what kube-proxy makes of it. */
export function refuseAlways(
  f: Findings,
  code: DiagnosticCode,
  path: FieldPath,
  message: string,
  ...notes: string[]
): void {
  f.refused = true;
  const why = unfilled(f, path) ?? [consequenceOf(f), ...notes];
  say(f, { code, severity: "error", message, at: placeOf(f, path), notes: why });
}

/** What stands in text that a program is to fill in: ${NAME}, $(NAME), <NAME>, %NAME%, @NAME@, __NAME__, [[NAME]]. */
const PLACEHOLDER =
  /\$\{[^{}]{1,80}\}|\$\([A-Za-z_][\w.]{0,80}\)|^\$[A-Za-z_]\w{0,80}$|^<[A-Za-z][\w .-]{0,80}>$|^%+[A-Z]\w{0,80}%+$|^@[A-Z]\w{0,80}@$|^__[A-Z]\w{0,80}__$|\[\[.{1,80}\]\]/;

/** Notes on a field that is wrong because nobody has filled it in; undefined for any other. */
function unfilled({ object }: Findings, path: FieldPath): string[] | undefined {
  let value: unknown = object;
  for (const step of path) value = (value as Readonly<Record<string | number, unknown>> | null | undefined)?.[step];
  if (typeof value !== "string" || !PLACEHOLDER.test(value)) return undefined;
  const filledBy = value.includes("${") ? ", for example with envsubst < FILE | svcrules compile -" : "";
  return [`this is a placeholder that nobody has filled in yet; do so first${filledBy}`];
}

function consequenceOf({ kind, fromCluster }: Findings): string {
  if (kind === "KubeProxyConfiguration") return "kube-proxy would not start with this configuration";
  return fromCluster
    ? `no rules can be made of it, so this ${kind} is left out`
    : `the API server would refuse this ${kind}, so kube-proxy would never see it`;
}

/** A warning: the object can exist in a cluster all the same. */
export function warn(f: Findings, code: DiagnosticCode, path: FieldPath, message: string, ...notes: string[]): void {
  say(f, { code, severity: "warning", message, at: placeOf(f, path), notes });
}

/** A warning that some API servers refuse the object; not for one that a cluster's API server has taken. */
export function warnOfRefusal(
  f: Findings,
  code: DiagnosticCode,
  path: FieldPath,
  message: string,
  ...notes: string[]
): void {
  if (!f.fromCluster) warn(f, code, path, message, ...notes);
}

/** The place of a field; undefined when nobody knows where the object was read. */
export function placeOf(f: Findings, path: FieldPath, of?: "key" | "value"): Place | undefined {
  if (!f.origin) return undefined;
  return of ? { origin: f.origin, path, of } : { origin: f.origin, path };
}
