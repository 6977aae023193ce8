/** Services and other objects with fields changed, as the API server would store them. */
import { defaultService } from "../../cluster/complete/defaults.js";
import { completeServices } from "../../cluster/complete/services.js";
import { findServiceRanges } from "../../cluster/complete/service-ranges.js";
import { noSimulation } from "../../cluster/complete/summary.js";
import { isSameContent } from "../../cluster/trim/same-content.js";
import { validateObject } from "../../cluster/validate/index.js";
import type { Service } from "../../kube/types.js";
import { quoted } from "../../util/quoted.js";
import { fullName, idOf, notFound } from "./names.js";
import type { Draft } from "./types.js";

/** Sets one field; an empty value removes it. `value`: JSON, or plain text. */
export function setServiceField(draft: Draft, name: string, path: string, value: string): void {
  const full = fullName(name);
  const service = draft.cluster.services.find((one) => idOf(one) === full);
  if (!service) return void draft.diagnostics.push(notFound("Service", full, draft.cluster.services.map(idOf)));
  const steps = path
    .match(/[^.[\]]+|\[\d+\]/g)
    ?.map((step) => (step.startsWith("[") ? Number(step.slice(1, -1)) : step));
  const isField = steps && ["spec", "metadata", "status"].includes(String(steps[0])) && steps.length > 1;
  if (!isField || steps.some((step) => step === "__proto__"))
    return void draft.diagnostics.push(
      refused(`${quoted(path)} is no field of a Service; one is spec.externalTrafficPolicy`),
    );
  const changed = withField(service, steps, parsedValue(value));
  if (changed === undefined)
    return void draft.diagnostics.push(refused(`Service ${full} has no place ${quoted(path)} to set`));
  storeService(draft, service, changed as Service);
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

/** Puts a Service in place of another, or adds it; checked, and completed as the API server completes it. */
export function storeService(draft: Draft, earlier: Service | undefined, wanted: Service): void {
  const cleared = earlier ? withoutOldType(earlier, wanted) : wanted;
  const accepted = validateObject(cleared, (diagnostic) => void draft.diagnostics.push(diagnostic), draft.features);
  if (!accepted) return;
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
