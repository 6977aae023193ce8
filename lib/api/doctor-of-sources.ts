/** Sources and captures of a node to what is wrong with the Services. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { CHECKS } from "../doctor/checks/index.js";
import { examine } from "../doctor/examine.js";
import { locateFindings, type LocatedReport } from "../doctor/locate-findings.js";
import { readNodeCaptures } from "../doctor/read-node-captures.js";
import type { SuppressionRules } from "../doctor/suppress.js";
import { loadCluster, type LoadOptions } from "../pipeline/load.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import { hasError } from "./settle-sources.js";
import { settleSituation, type Wishes } from "../pipeline/situation.js";
import type { Source } from "../source/source.js";

export interface DoctorOptions extends Wishes, LoadOptions {
  /** What tools printed on one node: iptables-save, ipvsadm, nft, conntrack, in any mix. */
  readonly captures?: readonly Source[];
  /** Ids of the checks to run, as `DOCTOR_CHECKS` lists them; all when left out. */
  readonly checks?: readonly string[];
  /** What is not to be reported. */
  readonly rules?: SuppressionRules;
}

export interface DoctorResult {
  /** Undefined when a diagnostic is an error. */
  readonly report: LocatedReport | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** The checks there are: id, severity and what each finds. */
export const DOCTOR_CHECKS: readonly {
  readonly id: string;
  readonly severity: "error" | "warning" | "info";
  readonly title: string;
}[] = CHECKS.map(({ id, severity, title }) => ({ id, severity, title }));

/** Between two Services they are findings, with both places. */
const COLLISIONS: ReadonlySet<string> = new Set(["cluster-ip-collision", "node-port-collision"]);

/**
 * Looks for known failures of Services, pods, policies and nodes.
 *
 * @example
 * import { doctor, sourceFromText } from "svcrules";
 *
 * const { report } = doctor([sourceFromText("web.yaml", manifest)], { checks: ["selector-matches-nothing"] });
 * for (const { subject, message, change } of report?.findings ?? []) process.stdout.write(`${subject}: ${message}; ${change}\n`);
 * assert(report?.checks.length === 1);
 */
export function doctor(sources: Iterable<Source>, options: DoctorOptions = {}): DoctorResult {
  const { cluster, diagnostics: loaded } = loadCluster(sources, options);
  const read = loaded.filter(({ code }) => !COLLISIONS.has(code));
  // Mode userspace is a finding here, not the end of the run.
  const configuration = options.proxyConfiguration ?? cluster.proxyConfigurations[0];
  const isUserspace = options.mode === undefined && configuration?.["mode"] === "userspace";
  const { situation, diagnostics: settled } = settleSituation(cluster, {
    ...options,
    ...(isUserspace && { mode: "iptables" }),
  });
  const { captures, diagnostics: unread } = readNodeCaptures(options.captures ?? []);
  const diagnostics = locateDiagnostics([
    ...read,
    // Notes are about rules, of which none are made here.
    ...settled.filter(({ severity }) => severity !== "note"),
    ...unread.map((diagnostic) => ({ ...diagnostic, severity: "warning" as const })),
    ...checkIds(options.checks ?? []),
  ]);
  if (!situation || hasError(diagnostics)) return { report: undefined, diagnostics };
  const given = options.proxyConfiguration;
  const report = examine(given ? { ...cluster, proxyConfigurations: [given] } : cluster, {
    features: situation.features,
    controllerFeatures: situation.controllerFeatures,
    config: situation.config,
    configGiven: configuration !== undefined || options.mode !== undefined || (options.set?.length ?? 0) > 0,
    captures,
    nodeName: options.node ?? (cluster.nodes.length === 1 ? cluster.nodes[0]!.metadata.name : undefined),
    rules: options.rules,
    checks: options.checks && CHECKS.filter(({ id }) => options.checks!.includes(id)),
  });
  return { report: locateFindings(report), diagnostics };
}

function checkIds(ids: readonly string[]): Diagnostic[] {
  return ids
    .filter((id) => !CHECKS.some((check) => check.id === id))
    .map((id) => ({ code: "unknown-target", severity: "error", message: `there is no check ${JSON.stringify(id)}` }));
}
