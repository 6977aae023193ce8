/** What a change of mode or release does to a cluster's Services. */
import type { Cluster } from "../cluster/types.js";
import type { ProxyMode } from "../config/proxy-config.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { OTHER_ADDRESS } from "../impact/compare-unit.js";
import { impact as compareSides, type SettledSide } from "../impact/impact.js";
import { makeSide } from "../impact/make-side.js";
import { reasonsOf } from "../impact/reasons-of.js";
import { cleanupSteps } from "../migrate/cleanup.js";
import { familyOfIP, type IPFamily } from "../net/ip.js";
import { selectServices, type Selection } from "../pipeline/select-services.js";
import type { Situation, Wishes } from "../pipeline/situation.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import type { MigrateView } from "../results/migrate-report.js";
import { buildServicePorts } from "../services/build-service-ports.js";
import type { Source } from "../source/source.js";
import { NO_FRONTENDS, selectedNames } from "./impact.js";
import { isFatal, readQuestion, timedBy, type QuestionOptions } from "./read-question.js";

export interface MigrateOptions extends QuestionOptions, Selection, Omit<Wishes, "mode" | "kubeVersion"> {
  /** The configured mode, else iptables, when left out. */
  readonly fromMode?: ProxyMode;
  /** As before, when left out. */
  readonly toMode?: ProxyMode;
  /** Each node's own, else the newest, when left out. */
  readonly fromVersion?: string;
  /** As before, when left out. */
  readonly toVersion?: string;
}

export interface MigrateResult {
  /** Undefined when there is no answer; a diagnostic says why. */
  readonly view: MigrateView | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compares what two modes or releases do with the packets of every frontend, and says what is to be cleaned up: an impact
 * report of one cluster under both.
 *
 * @example
 * import { migrate, sourceFromText } from "svcrules";
 *
 * const { view } = await migrate([sourceFromText("dump.yaml", dump)], { fromMode: "ipvs", toMode: "nftables" });
 * assert(view?.from.mode === "ipvs" && view.to.mode === "nftables");
 */
export async function migrate(sources: Iterable<Source>, options: MigrateOptions): Promise<MigrateResult> {
  const { cluster, proxyConfiguration, diagnostics: read } = readQuestion(sources, options);
  if (!cluster) return { view: undefined, diagnostics: locateDiagnostics(read) };
  const wishes = proxyConfiguration ? { ...options, proxyConfiguration } : options;
  const { sides, diagnostics: unsettled } = makeSides(cluster, wishes);
  const { filter, diagnostics: unselected } =
    cluster.services.length === 0 ? { filter: {}, diagnostics: [NO_FRONTENDS] } : selectServices(cluster, options);
  const diagnostics = [...read, ...unsettled, ...unselected];
  if (!sides || isFatal(diagnostics, options.strict))
    return { view: undefined, diagnostics: locateDiagnostics(diagnostics) };
  const only = selectedNames(cluster.services, filter);
  const view = await timedBy(options)("compare", () => compare(sides, only, options.ipFamily));
  return { view, diagnostics: locateDiagnostics(diagnostics) };
}

interface MadeSides {
  readonly before: SettledSide;
  readonly after: SettledSide;
}

/** Both sides; what holds for both is told once. What is not asked for the side after is as it was asked before. */
function makeSides(
  cluster: Cluster,
  { fromMode, toMode = fromMode, fromVersion, toVersion = fromVersion, ...common }: MigrateOptions & Wishes,
): { readonly sides?: MadeSides; readonly diagnostics: readonly Diagnostic[] } {
  const first = makeSide(cluster, { ...common, mode: fromMode, kubeVersion: fromVersion });
  const ofFirst = first.diagnostics.map((diagnostic) => optionsOfSide(diagnostic, "from"));
  if (!first.side) return { diagnostics: ofFirst };
  const second = makeSide(cluster, { ...common, mode: toMode, kubeVersion: toVersion });
  const told = new Set(ofFirst.map(({ message }) => message));
  const further = second.diagnostics.filter(({ message }) => !told.has(message));
  const diagnostics = [...ofFirst, ...further.map((diagnostic) => optionsOfSide(diagnostic, "to"))];
  return second.side ? { sides: { before: first.side, after: second.side }, diagnostics } : { diagnostics };
}

/** Each side has options of its own for what is asked once elsewhere. */
function optionsOfSide(diagnostic: Diagnostic, side: "from" | "to"): Diagnostic {
  const notes = diagnostic.notes?.map((note) =>
    note.replace(/--kube-version\b/g, `--${side}-version`).replace(/--mode\b/g, `--${side}-mode`),
  );
  return notes ? { ...diagnostic, notes } : diagnostic;
}

async function compare(
  sides: MadeSides,
  only: ReadonlySet<string> | undefined,
  ipFamily: Wishes["ipFamily"],
): Promise<MigrateView> {
  const { before, after } = sides;
  const [from, to] = [sideView(before.situation), sideView(after.situation)];
  const family = ipFamily && (ipFamily === "ipv6" ? "IPv6" : "IPv4");
  const report = await compareSides({
    ...sides,
    names: ["the cluster", "the cluster"],
    notes: madeUp(before, family),
    ...(only && { only }),
    ...(family && { families: [family] }),
  });
  const steps = cleanupSteps({ from: before.situation, to: after.situation });
  return {
    ...report,
    notes: report.changed ? report.notes : [],
    from,
    to,
    differs: report.changed,
    reasons: reasonsOf(report.changes, before.services),
    cleanup: {
      nodes: before.cluster.nodes.map(({ metadata }) => metadata.name),
      holds: holdsText(before, only, report.before.endpoints),
      steps,
    },
  };
}

function sideView({ mode, version }: Situation) {
  return { mode, kubeVersion: version.text };
}

/** What stands for addresses of nodes that the input does not tell. */
function madeUp(side: SettledSide, asked: IPFamily | undefined): string[] {
  const families = asked ? [asked] : (["IPv4", "IPv6"] as const).filter((family) => hasFamily(side, family));
  return families.flatMap((family) => {
    const isAlone = (node: string) => {
      const addresses = side.inputFor(node, family)?.node.interfaceAddresses ?? [];
      return addresses.filter((ip) => familyOfIP(ip) === family).length < 2;
    };
    return side.nodes.some(isAlone) ? [`${OTHER_ADDRESS[family]} stands for any further address of a node`] : [];
  });
}

function hasFamily({ services, situation }: SettledSide, family: IPFamily): boolean {
  for (const service of services.values())
    if (buildServicePorts(service, family, situation.features).length > 0) return true;
  return false;
}

function holdsText({ services, situation }: SettledSide, only: ReadonlySet<string> | undefined, endpoints: number) {
  let ports = 0;
  for (const [name, service] of services)
    if (!only || only.has(name))
      for (const family of ["IPv4", "IPv6"] as const)
        ports += buildServicePorts(service, family, situation.features).length;
  return `rules of mode ${situation.mode} for ${ports} service ports with ${endpoints} endpoints`;
}
