/** Which Services a question is about: by name, namespace and labels; and what to say when there are none. */
import type { Cluster } from "../cluster/types.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { selectorMatches } from "../kube/label-selector.js";
import { parseLabelSelector } from "../kube/parse-label-selector.js";
import type { Service } from "../kube/types.js";
import { nearest } from "../util/nearest.js";
import type { ServiceFilter } from "./compile.js";

/** What was asked for; everything given is to hold. */
export interface Selection {
  /** "NAME", in whatever namespace it is, or "NS/NAME". */
  readonly service?: string;
  readonly namespace?: string;
  /** Labels, as kubectl's -l has them. */
  readonly selector?: string;
}

export interface Selected {
  /** The Services by their full names; `{}` when nothing was asked for. */
  readonly filter: ServiceFilter;
  /** An error when nothing is selected, or a name stands for several. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Finds the Services that are meant. */
export function selectServices({ services }: Pick<Cluster, "services">, selection: Selection): Selected {
  const { service, namespace, selector } = selection;
  if (service === undefined && namespace === undefined && selector === undefined)
    return { filter: {}, diagnostics: [] };
  const labels = selector === undefined ? {} : parseLabelSelector(selector);
  if (typeof labels === "string")
    return nothing(`"${labels}" is no label selector`, "examples: app=web, tier!=test, env in (a, b), !legacy");
  const candidates = services.filter(
    (candidate) =>
      (namespace === undefined || namespaceOf(candidate) === namespace) &&
      selectorMatches(labels, candidate.metadata.labels),
  );
  if (service === undefined) {
    if (candidates.length === 0) return nothing(...noneSuch(selection, services));
    return selector === undefined
      ? { filter: { namespace }, diagnostics: [] }
      : { filter: { names: new Set(candidates.map(fullName)) }, diagnostics: [] };
  }
  const named = candidates.filter(
    (candidate) => fullName(candidate) === service || candidate.metadata.name === service,
  );
  if (named.length === 1) return { filter: { service: fullName(named[0]!) }, diagnostics: [] };
  return named.length > 1 ? several(service, named) : nothing(...noService(service, selection, services));
}

function namespaceOf({ metadata }: Service): string {
  return metadata.namespace ?? "default";
}

function fullName(service: Service): string {
  return `${namespaceOf(service)}/${service.metadata.name}`;
}

function nothing(message: string, ...notes: readonly string[]): Selected {
  return {
    filter: { names: new Set() },
    diagnostics: [{ code: "nothing-selected", severity: "error", message, notes }],
  };
}

/** Names shown at most. */
const MOST = 10;

function several(name: string, services: readonly Service[]): Selected {
  return nothing(
    `Service ${name} is in ${services.length} namespaces: ${listed(services.map(fullName))}`,
    `name one of them: --service ${fullName(services[0]!)}`,
  );
}

/** What is wrong with a selection by namespace or labels. */
function noneSuch({ namespace, selector }: Selection, services: readonly Service[]): [string, ...string[]] {
  const namespaces = [...new Set(services.map(namespaceOf))].sort();
  if (namespace !== undefined && !namespaces.includes(namespace))
    return [`the input holds no Service in namespace ${namespace}`, ...nearNotes(namespace, namespaces, "namespaces")];
  const where = namespace === undefined ? "" : ` in namespace ${namespace}`;
  return [`no Service${where} has labels that -l ${selector} selects`, ...labelNotes(services)];
}

/** What is wrong with a Service's name. */
function noService(
  service: string,
  { namespace, selector }: Selection,
  services: readonly Service[],
): [string, ...string[]] {
  const asked = namespace === undefined || service.includes("/") ? service : `${namespace}/${service}`;
  const known = services.map(fullName);
  const exists = known.some((name) => name === service) || known.includes(asked);
  if (exists) {
    const besides = [namespace && `-n ${namespace}`, selector && `-l ${selector}`].filter(Boolean).join(" and ");
    return [`Service ${service} is not among those that ${besides} selects`];
  }
  const elsewhere = services.filter(({ metadata }) => metadata.name === service.split("/").at(-1)).map(fullName);
  if (elsewhere.length > 0) return [`the input holds no Service ${asked}`, `there is ${listed(elsewhere)}`];
  const near = asked.includes("/")
    ? undefined
    : nearest(
        asked,
        services.map(({ metadata }) => metadata.name),
      );
  const meant = services.filter(({ metadata }) => metadata.name === near).map(fullName);
  const notes = meant.length > 0 ? [`did you mean ${listed(meant)}?`] : nearNotes(asked, known, "Services");
  return [`the input holds no Service ${asked}`, ...notes];
}

function nearNotes(asked: string, known: readonly string[], what: string): string[] {
  const near = nearest(asked, known);
  if (near !== undefined) return [`did you mean ${near}?`];
  return known.length === 0 ? [] : [`${what}: ${listed([...new Set(known)].sort())}`];
}

function labelNotes(services: readonly Service[]): string[] {
  const labels = new Set(
    services.flatMap(({ metadata }) => Object.entries(metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`)),
  );
  return labels.size === 0 ? ["no Service has labels"] : [`labels of Services: ${listed([...labels].sort())}`];
}

function listed(names: readonly string[]): string {
  const rest = names.length - MOST;
  return names.slice(0, MOST).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
