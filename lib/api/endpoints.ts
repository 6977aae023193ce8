/** The endpoints of every Service, and why a pod is not one. */
import { featuresOf, type Features } from "../config/features.js";
import type { Cluster } from "../cluster/types.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { createEndpointResolver } from "../endpoints/resolve.js";
import { endpointRowsOf, type EndpointRow } from "../endpoints/rows.js";
import type { ServiceEndpoints } from "../endpoints/types.js";
import type { Service } from "../kube/types.js";
import { isWanted } from "../pipeline/compile.js";
import { selectServices, type Selection } from "../pipeline/select-services.js";
import { settleControllerVersion } from "../pipeline/settle-version.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import { describeSkipReason, findSkipReason } from "../services/skip-reason.js";
import type { Source } from "../source/source.js";
import { focusOf } from "./focus-of.js";
import { isFatal, readQuestion, type QuestionOptions } from "./read-question.js";

export interface EndpointsOptions extends QuestionOptions, Selection {}

export interface EndpointsResult {
  /** With every pod that was looked at; made while iterated. Undefined when there is no answer. */
  readonly services: Iterable<ServiceEndpoints> | undefined;
  /** By service, then family, port, protocol, number and address. Made while iterated; empty when there is no answer. */
  readonly rows: Iterable<EndpointRow>;
  /** Why a Service has rules in no family; undefined when it has some. */
  readonly whyNoRules: (service: Service) => string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Every endpoint of every Service as the cluster's EndpointSlices state it, or as the controller would make them from the
 * pods. `kubeVersion`: of the controller, the newest when left out. Refused objects do not hide the others.
 *
 * @example
 * import { endpoints, sourceFromText } from "svcrules";
 *
 * const { rows } = endpoints([sourceFromText("dump.yaml", dump)], { service: "guestbook/frontend" });
 * const ready = [...rows].filter((row) => row.ready).map(({ address, number }) => `${address}:${number}`);
 * assert(ready.length > 0);
 */
export function endpoints(sources: Iterable<Source>, options: EndpointsOptions = {}): EndpointsResult {
  const { cluster, diagnostics: read } = readQuestion(
    sources,
    { ...focusOf(options), ...options },
    { keepValid: true },
  );
  const diagnostics = [...read];
  const features = featuresOf(settleControllerVersion(options.kubeVersion, (found) => void diagnostics.push(found)));
  const whyNoRules = (service: Service) => reasonWithoutRules(service, features);
  const none = { services: undefined, rows: [], whyNoRules };
  if (!cluster) return { ...none, diagnostics: locateDiagnostics(diagnostics) };
  const { filter, diagnostics: unselected } = selectServices(cluster, options);
  diagnostics.push(...(cluster.services.length === 0 ? [NO_SERVICES] : unselected), ...nodesNote(cluster));
  if (cluster.services.length > 0 && isFatal(unselected))
    return { ...none, diagnostics: locateDiagnostics(diagnostics) };
  const resolve = createEndpointResolver(cluster, features);
  const wanted = cluster.services.filter(({ metadata }) =>
    isWanted(metadata.namespace ?? "default", metadata.name, filter),
  );
  return {
    services: lazily(wanted, (service) => [resolve(service)]),
    rows: lazily(wanted, (service) => endpointRowsOf(resolve(service))),
    whyNoRules,
    diagnostics: locateDiagnostics(diagnostics),
  };
}

const NO_SERVICES: Diagnostic = { code: "no-services", severity: "warning", message: "the input holds no Service" };

function nodesNote({ nodes, pods }: Cluster): Diagnostic[] {
  if (nodes.length > 0 || pods.length === 0) return [];
  const message = "the input holds no Nodes: every node a pod names is taken as existing, without zone";
  return [{ code: "no-node-objects", severity: "note", message }];
}

function lazily<T, U>(items: readonly T[], make: (item: T) => Iterable<U>): Iterable<U> {
  return {
    *[Symbol.iterator]() {
      for (const item of items) yield* make(item);
    },
  };
}

/** Only when no family has rules; a Service of one family is no news. */
function reasonWithoutRules(service: Service, features: Features): string | undefined {
  const reasons = (["IPv4", "IPv6"] as const).map((family) => findSkipReason(service, family, features));
  if (reasons.some((reason) => reason === undefined)) return undefined;
  return describeSkipReason(reasons.find((reason) => reason!.kind !== "other-family") ?? reasons[0]!);
}
