/** Two states of a cluster, or one and what is to change in it, to what becomes of every frontend. */
import type { Cluster } from "../cluster/types.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { parseAllowed } from "../impact/allow.js";
import { impact as compare, type SettledSide } from "../impact/impact.js";
import { makeSide } from "../impact/make-side.js";
import { oldEndpoints } from "../impact/old-endpoints.js";
import { applyWhatIfs } from "../impact/what-if/apply-what-ifs.js";
import type { WhatIf } from "../impact/what-if/types.js";
import { worstFailures } from "../impact/worst.js";
import { isWanted, type ServiceFilter } from "../pipeline/compile.js";
import type { Service } from "../kube/types.js";
import { selectServices, type Selection } from "../pipeline/select-services.js";
import type { Wishes } from "../pipeline/situation.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import type { ImpactFailure, ImpactReport } from "../results/impact-report.js";
import type { Source } from "../source/source.js";
import { isFatal, readQuestion, timedBy, type QuestionOptions } from "./read-question.js";

export { IMPACT_KINDS } from "../results/impact-report.js";

export interface ImpactOptions extends QuestionOptions, Selection, Omit<Wishes, "ipFamily"> {
  /** Changes to the state after, or to the only one; in order. */
  readonly whatIf?: readonly WhatIf[];
  /** What the states are called in the report. */
  readonly names?: readonly [before: string, after: string];
  /** Accepted changes, as the lines of a file of --allow have them. */
  readonly allowed?: string;
}

export interface ImpactResult {
  /** Undefined when there is no answer; a diagnostic says why. */
  readonly report: ImpactReport | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What a change does to every frontend: who can no longer reach what, who newly can, what moves.
 * `after`: undefined where the first state with `whatIf` is meant.
 *
 * @example
 * import { impact, sourceFromText } from "svcrules";
 *
 * const { report } = await impact([sourceFromText("dump.yaml", dump)], undefined, {
 *   whatIf: [{ kind: "delete", objectKind: "Service", object: "guestbook/frontend" }],
 * });
 * assert(report?.changes.some(({ kind }) => kind === "lost"));
 */
export async function impact(
  before: Iterable<Source>,
  after: Iterable<Source> | undefined,
  options: ImpactOptions = {},
): Promise<ImpactResult> {
  const { sides, edits = [], diagnostics } = settleSides(before, after, options);
  if (!sides) return { report: undefined, diagnostics: locateDiagnostics(diagnostics) };
  const { only, diagnostics: unselected } = selected(sides, options);
  const all = [...diagnostics, ...unselected, ...(after ? oldEndpoints(sides.before, sides.after) : [])];
  if (isFatal(all, options.strict)) return { report: undefined, diagnostics: locateDiagnostics(all) };
  const isAllowed = options.allowed === undefined ? undefined : parseAllowed(options.allowed).isAllowed;
  const names = options.names ?? ["before", "after"];
  const report = await timedBy(options)("compare", () => compare({ ...sides, names, edits, isAllowed, only }));
  return { report, diagnostics: locateDiagnostics(all) };
}

interface SettledSides {
  readonly sides?: { readonly before: SettledSide; readonly after: SettledSide };
  /** In words. */
  readonly edits?: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Both states, ready to be asked; undefined when a diagnostic is fatal. */
export function settleSides(
  before: Iterable<Source>,
  after: Iterable<Source> | undefined,
  options: ImpactOptions,
): SettledSides {
  const first = readQuestion(before, options);
  // What was wrong before anything could be read is told once.
  const second = after
    ? readQuestion(after, { ...options, opened: [], inputNames: options.names && [options.names[1]] })
    : first;
  const read = after ? [...first.diagnostics, ...second.diagnostics] : [...first.diagnostics];
  if (!first.cluster || !second.cluster) return { diagnostics: read };
  const wishes = first.proxyConfiguration ? { ...options, proxyConfiguration: first.proxyConfiguration } : options;
  const one = makeSide(first.cluster, wishes);
  if (!one.side) return { diagnostics: [...read, ...one.diagnostics] };
  const edited = applyWhatIfs(second.cluster, options.whatIf ?? [], one.side.situation.features);
  const diagnostics = [...read, ...one.diagnostics, ...edited.diagnostics];
  if (isFatal(diagnostics, options.strict)) return { diagnostics };
  const other = makeSide(edited.cluster, wishes);
  const told = new Set(diagnostics.map(({ message }) => message));
  const all = [...diagnostics, ...other.diagnostics.filter(({ message }) => !told.has(message))];
  if (!other.side || isFatal(all, options.strict)) return { diagnostics: all };
  return { sides: { before: one.side, after: other.side }, edits: edited.words, diagnostics: all };
}

/** Nobody's packets are asked about. */
export const NO_FRONTENDS: Diagnostic = {
  code: "no-services",
  severity: "warning",
  message: "the input holds no Service, so that no change does anything to one",
  notes: ["add the Services, e.g. with kubectl get services,endpointslices,nodes -A -o yaml"],
};

/** Services of either side. */
function selected(
  { before, after }: NonNullable<SettledSides["sides"]>,
  options: Selection,
): { readonly only?: ReadonlySet<string>; readonly diagnostics: readonly Diagnostic[] } {
  const services = [...new Map([...before.services, ...after.services]).values()];
  if (services.length === 0) return { diagnostics: [NO_FRONTENDS] };
  const { filter, diagnostics } = selectServices({ services } satisfies Pick<Cluster, "services">, options);
  const only = selectedNames(services, filter);
  return { ...(only && { only }), diagnostics };
}

/** "ns/name" of those that were asked for; undefined where nothing was. */
export function selectedNames(services: readonly Service[], filter: ServiceFilter): ReadonlySet<string> | undefined {
  if (Object.values(filter).every((wish) => wish === undefined)) return undefined;
  const names = services.flatMap(({ metadata }) => {
    const namespace = metadata.namespace ?? "default";
    return isWanted(namespace, metadata.name, filter) ? [`${namespace}/${metadata.name}`] : [];
  });
  return new Set(names);
}

export interface ImpactFailuresResult {
  /** The worst first; undefined when there is no answer. */
  readonly failures: readonly ImpactFailure[] | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** The failure of every node and zone in turn, the worst `most` of them: whether a cluster can lose a zone. */
export function impactFailures(
  sources: Iterable<Source>,
  most: number,
  options: ImpactOptions = {},
): ImpactFailuresResult {
  const { sides, diagnostics } = settleSides(sources, undefined, options);
  if (!sides) return { failures: undefined, diagnostics: locateDiagnostics(diagnostics) };
  const { only, diagnostics: unselected } = selected(sides, options);
  const all = [...diagnostics, ...unselected];
  const failures = isFatal(all, options.strict)
    ? undefined
    : worstFailures(sides.after, sides.after.cluster, most, only);
  return { failures, diagnostics: locateDiagnostics(all) };
}
