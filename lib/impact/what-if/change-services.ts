/** Services and other objects with fields changed, as the API server would store them. */
import { defaultService } from "../../cluster/complete/defaults.js";
import { completeServices } from "../../cluster/complete/services.js";
import { findServiceRanges } from "../../cluster/complete/service-ranges.js";
import { noSimulation } from "../../cluster/complete/summary.js";
import { isSameContent } from "../../cluster/trim/same-content.js";
import { validateObject } from "../../cluster/validate/index.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Service } from "../../kube/types.js";
import { quoted } from "../../util/quoted.js";
import { fullName, idOf, notFound } from "./names.js";
import type { Draft } from "./types.js";

export interface SetField {
  readonly path: string;
  /** JSON, or plain text; an empty one removes the field. */
  readonly value: string;
}

/** Sets fields of one Service, all together, as one update does. */
export function setServiceFields(draft: Draft, name: string, fields: readonly SetField[]): void {
  const full = fullName(name);
  const service = draft.cluster.services.find((one) => idOf(one) === full);
  if (!service) return void draft.diagnostics.push(notFound("Service", full, draft.cluster.services.map(idOf)));
  let changed = service;
  for (const { path, value } of fields) {
    const steps = path
      .match(/[^.[\]]+|\[\d+\]/g)
      ?.map((step) => (step.startsWith("[") ? Number(step.slice(1, -1)) : step));
    const isField = steps && ["spec", "metadata", "status"].includes(String(steps[0])) && steps.length > 1;
    if (!isField || steps.some((step) => step === "__proto__"))
      return void draft.diagnostics.push(
        refused(`${quoted(path)} is no field of a Service; one is spec.externalTrafficPolicy`),
      );
    const next = withField(changed, steps, parsedValue(value));
    if (next === undefined)
      return void draft.diagnostics.push(refused(`Service ${full} has no place ${quoted(path)} to set`));
    changed = next as Service;
  }
  storeService(draft, service, withBothAddresses(service, changed), whatSet(full, fields));
}

/** The first of clusterIPs follows clusterIP, as the API server has it where only one is written. */
function withBothAddresses(earlier: Service, changed: Service): Service {
  const { clusterIP, clusterIPs } = changed.spec;
  if (clusterIP === undefined || clusterIP === earlier.spec.clusterIP || !clusterIPs?.length) return changed;
  return { ...changed, spec: { ...changed.spec, clusterIPs: [clusterIP, ...clusterIPs.slice(1)] } };
}

/** Findings about what is set: they stand in no file, and kubectl would refuse a field that there is not. */
function whatSet(name: string, fields: readonly SetField[]): (diagnostic: Diagnostic) => Diagnostic {
  const words = fields.map(({ path, value }) => quoted(`${path}=${value}`)).join(", ");
  return ({ at: _, ...diagnostic }) => ({
    ...diagnostic,
    message: `${words} of Service ${name}: ${diagnostic.message}`,
    severity: diagnostic.code === "unknown-field" ? "error" : diagnostic.severity,
  });
}

function refused(message: string) {
  return { code: "unknown-target", severity: "error", message } as const;
}

function parsedValue(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** A copy with the field set; undefined where a list on the way has no such place. */
function withField(node: unknown, [step, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (step === undefined) return value;
  if (typeof step === "number") {
    const list = (node ?? []) as readonly unknown[];
    if (!Array.isArray(list) || step > list.length) return undefined;
    const item = withField(list[step], rest, value);
    const copy = [...(list as unknown[])];
    if (item === undefined && rest.length === 0) copy.splice(step, 1);
    else copy[step] = item;
    return copy;
  }
  if (node !== undefined && (typeof node !== "object" || node === null || Array.isArray(node))) return undefined;
  const inner = withField((node as Record<string, unknown> | undefined)?.[step], rest, value);
  if (inner === undefined && rest.length > 0) return undefined;
  const copy: Record<string, unknown> = { ...(node as object) };
  if (inner === undefined) delete copy[step];
  else copy[step] = inner;
  return copy;
}

/** Everything wrong with a Service as a new one, wherever it came from. */
function findingsOf(service: Service, { features }: Draft): Diagnostic[] {
  const { uid: _uid, resourceVersion: _version, ...metadata } = service.metadata;
  const found: Diagnostic[] = [];
  validateObject({ ...service, metadata }, (diagnostic) => void found.push(diagnostic), features);
  return found;
}

/** Whether the API server would take the update; what was wrong before may stay so. */
function isAccepted(
  draft: Draft,
  earlier: Service | undefined,
  wanted: Service,
  told: (diagnostic: Diagnostic) => Diagnostic,
): boolean {
  const keyOf = ({ code, message }: Diagnostic) => `${code} ${message}`;
  const known = new Set(earlier ? findingsOf(earlier, draft).map(keyOf) : []);
  const fresh = findingsOf(wanted, draft)
    .filter((diagnostic) => !known.has(keyOf(diagnostic)))
    .map(told);
  draft.diagnostics.push(...fresh);
  return !fresh.some(({ severity }) => severity === "error");
}

/** Puts a Service in place of another, or adds it; checked, and completed as the API server completes it. */
export function storeService(
  draft: Draft,
  earlier: Service | undefined,
  wanted: Service,
  told = (diagnostic: Diagnostic): Diagnostic => diagnostic,
): void {
  const cleared = earlier ? withoutOldType(earlier, wanted) : wanted;
  if (!isAccepted(draft, earlier, cleared, told)) return;
  const id = idOf(wanted);
  const services = draft.cluster.services.filter((one) => one !== earlier);
  const made = defaultService({ ...cleared, spec: { ...cleared.spec } }, draft.features);
  const own: Service = { ...made, spec: { ...made.spec } };
  const copies = [...services.map((one) => ({ ...one, spec: { ...one.spec } })), own];
  completeServices(copies, {
    simulate: true,
    live: false,
    ranges: findServiceRanges(draft.cluster, [], () => undefined),
    counts: noSimulation(),
    report: (diagnostic) => void (diagnostic.severity === "error" && draft.diagnostics.push(diagnostic)),
  });
  draft.cluster = { ...draft.cluster, services: [...services, own].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1)) };
  const isSelectingOtherwise =
    !earlier ||
    !isSameContent(earlier.spec.selector, own.spec.selector) ||
    !isSameContent(portsOf(earlier), portsOf(own)) ||
    earlier.spec.publishNotReadyAddresses !== own.spec.publishNotReadyAddresses ||
    earlier.spec.trafficDistribution !== own.spec.trafficDistribution ||
    !isSameContent(earlier.metadata.annotations, own.metadata.annotations);
  if (isSelectingOtherwise) draft.remade.add(id);
}

function portsOf({ spec }: Service): unknown {
  return spec.ports?.map(({ name, protocol, targetPort }) => ({ name, protocol, targetPort }));
}

/** What the API server takes away when a Service changes its type. */
function withoutOldType(earlier: Service, wanted: Service): Service {
  const [from, to] = [earlier.spec.type ?? "ClusterIP", wanted.spec.type ?? "ClusterIP"];
  const isLocal = wanted.spec.externalTrafficPolicy === "Local";
  const spec = { ...wanted.spec };
  let { status } = wanted;
  if (to !== "LoadBalancer" || !isLocal) delete spec.healthCheckNodePort;
  if (from === to) return { ...wanted, spec };
  if (to === "ClusterIP" || to === "ExternalName") {
    spec.ports = spec.ports?.map(({ nodePort: _, ...port }) => port);
    if (!spec.externalIPs?.length) delete spec.externalTrafficPolicy;
  }
  if (to !== "LoadBalancer") {
    delete spec.allocateLoadBalancerNodePorts;
    delete spec.loadBalancerClass;
    status = undefined;
  }
  const { status: _, ...rest } = wanted;
  return { ...rest, spec, ...(status && { status }) };
}
