/** What is wrong with the Services of a cluster, and on a node of it. */
import { chooseBundledNode } from "../bundle/choose-node.js";
import { splitBundles } from "../bundle/split-bundles.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { CHECKS } from "../doctor/checks/index.js";
import { examine } from "../doctor/examine.js";
import { locateFindings, type LocatedReport } from "../doctor/locate-findings.js";
import { readNodeCaptures } from "../doctor/read-node-captures.js";
import type { SuppressionRules } from "../doctor/suppress.js";
import { settleSituation, type Wishes } from "../pipeline/situation.js";
import { chooseCaptures } from "../node/captures/choose-captures.js";
import type { Cluster } from "../cluster/types.js";
import type { Service } from "../kube/types.js";
import { isWanted, type ServiceFilter } from "../pipeline/compile.js";
import { selectServices, type Selection } from "../pipeline/select-services.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import type { Source } from "../source/source.js";
import { rulesOfBundle } from "./node-question.js";
import { isFatal, readQuestion, timedBy, type QuestionOptions } from "./read-question.js";

export interface DoctorOptions extends QuestionOptions, Wishes, Selection {
  /** What tools printed on one node: iptables-save, ipvsadm, nft, conntrack, in any mix; may be all there is. */
  readonly captures?: readonly Source[];
  /** Ids of the checks to run, as `DOCTOR_CHECKS` lists them; all when left out. */
  readonly checks?: readonly string[];
  /** What is not to be reported. */
  readonly rules?: SuppressionRules;
}

export interface DoctorResult {
  /** Undefined when there is no answer; a diagnostic says why. */
  readonly report: LocatedReport | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** The checks there are: id, severity, what each finds and why that matters. */
export const DOCTOR_CHECKS: readonly {
  readonly id: string;
  readonly severity: "error" | "warning" | "info";
  readonly title: string;
  readonly why: string;
}[] = CHECKS.map(({ id, severity, title, why }) => ({ id, severity, title, why }));

/** Between two Services they are findings, with both places. */
const COLLISIONS: ReadonlySet<string> = new Set(["cluster-ip-collision", "node-port-collision"]);

/** Said of a compilation; here no node's rules are made. */
const NOTES_ABOUT_RULES: ReadonlySet<string> = new Set(["no-cluster-cidr", "no-node", "node-chosen"]);

/**
 * Looks for known failures of Services, pods, policies and nodes. Refused objects do not hide the others.
 *
 * @example
 * import { doctor, sourceFromText } from "svcrules";
 *
 * const { report } = doctor([sourceFromText("web.yaml", manifest)], { checks: ["selector-matches-nothing"] });
 * for (const { subject, message, change } of report?.findings ?? []) process.stdout.write(`${subject}: ${message}; ${change}\n`);
 * assert(report?.checks.length === 1);
 */
export function doctor(sources: Iterable<Source>, options: DoctorOptions = {}): DoctorResult {
  const timed = timedBy(options);
  const { strict, checks } = options;
  const all = [...sources];
  const bundled = options.captures ? [] : splitBundles(all).nodes;
  const hasCaptures = (options.captures?.length ?? 0) + bundled.length > 0;
  const read = readQuestion(all, options, { keepValid: true, mayBeEmpty: hasCaptures });
  const found = [...read.diagnostics.filter(({ code }) => !COLLISIONS.has(code)), ...unknownChecks(checks ?? [])];
  const selected = read.cluster && selectServices(read.cluster, options);
  found.push(...(selected?.diagnostics ?? []));
  if (!read.cluster || !selected || isFatal([...unknownChecks(checks ?? []), ...selected.diagnostics]))
    return { report: undefined, diagnostics: locateDiagnostics(found) };
  const given = options.proxyConfiguration ?? read.proxyConfiguration;
  const cluster = given ? { ...read.cluster, proxyConfigurations: [given] } : read.cluster;
  const nodeNames = cluster.nodes.map(({ metadata }) => metadata.name);
  const held = chooseBundledNode(bundled, options.node, nodeNames);
  // Mode userspace is a finding here, not the end of the run.
  const isUserspace = options.mode === undefined && cluster.proxyConfigurations[0]?.["mode"] === "userspace";
  const chosen = options.captures && chooseCaptures(options.captures, options.node, nodeNames, "note");
  const node = held?.node ?? chosen?.node;
  const wishes = { ...options, ...(node !== undefined && { node }), ...(isUserspace && { mode: "iptables" }) };
  const { situation, diagnostics: settled } = settleSituation(cluster, wishes);
  const listings = chosen?.captures ?? (held ? [...held.sources.filter(holdsRules), ...held.facts] : []);
  const { captures, diagnostics: unread } = timed("read captures", () => readNodeCaptures(listings));
  // Of a node that is asked about nothing was read: the report is on objects alone.
  const isNothing = options.captures !== undefined && captures.length === 0;
  const told = unread.map((own) => ({ ...own, severity: isNothing ? ("error" as const) : ("warning" as const) }));
  const about = [
    ...(held ? [rulesOfBundle(held, bundled)] : []),
    ...(chosen?.diagnostics ?? []),
    ...settled.filter(({ code }) => !NOTES_ABOUT_RULES.has(code)),
  ];
  const diagnostics = locateDiagnostics([...found, ...about, ...told]);
  if (!situation || isFatal(isNothing ? about : [...about, ...told], strict)) return { report: undefined, diagnostics };
  const report = timed("examine", () =>
    examine(cluster, {
      features: situation.features,
      controllerFeatures: situation.controllerFeatures,
      config: situation.config,
      configGiven:
        cluster.proxyConfigurations.length > 0 || options.mode !== undefined || (options.set?.length ?? 0) > 0,
      captures,
      nodeName: wishes.node ?? (cluster.nodes.length === 1 ? cluster.nodes[0]!.metadata.name : undefined),
      rules: options.rules,
      checks: checks && CHECKS.filter(({ id }) => checks.includes(id)),
      services: chosenServices(cluster, selected.filter),
    }),
  );
  return { report: timed("locate", () => locateFindings(report)), diagnostics };
}

/** Undefined: all of them. */
function chosenServices(
  { services }: Pick<Cluster, "services">,
  filter: ServiceFilter,
): readonly Service[] | undefined {
  if (Object.values(filter).every((part) => part === undefined)) return undefined;
  return services.filter(({ metadata }) => isWanted(metadata.namespace ?? "default", metadata.name, filter));
}

/** No check asks for the addresses of interfaces. */
function holdsRules({ name }: Source): boolean {
  return !/\/ip-addr\.(?:json|txt)$/.test(name);
}

function unknownChecks(ids: readonly string[]): Diagnostic[] {
  return ids
    .filter((id) => !CHECKS.some((check) => check.id === id))
    .map((id) => ({ code: "unknown-target", severity: "error", message: `there is no check ${JSON.stringify(id)}` }));
}
