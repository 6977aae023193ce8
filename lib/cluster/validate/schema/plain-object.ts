/**
 * Fast accept for the kinds that come in hundreds of thousands: every field that svcrules reads has the right type.
 * False means: run the full check, `checkFields`.
 */
import type { RawRecord } from "../raw-values.js";
import { isRecord } from "../../../util/is-record.js";
import { isPlainService } from "./plain-service.js";
import { everyItem, isFlag, isText, isTextItem, isTextMap, isWhole } from "./plain-values.js";

/** Whether a Pod, an EndpointSlice or a Service is plain; false for other kinds. For objects that a cluster gave out. */
export function isPlainObject(table: string, object: RawRecord): boolean {
  if (table === "Pod")
    return isPlainMeta(object["metadata"]) && isPlainPodSpec(object["spec"]) && isPlainPodStatus(object["status"]);
  if (table === "EndpointSlice")
    return (
      isText(object["addressType"]) &&
      isPlainMeta(object["metadata"]) &&
      everyItem(object["endpoints"], isPlainEndpoint) &&
      everyItem(object["ports"], isPlainSlicePort)
    );
  return table === "Service" && isPlainMeta(object["metadata"]) && isPlainService(object);
}

interface Meta {
  name?: unknown;
  namespace?: unknown;
  uid?: unknown;
  resourceVersion?: unknown;
  creationTimestamp?: unknown;
  deletionTimestamp?: unknown;
  labels?: unknown;
  annotations?: unknown;
  ownerReferences?: unknown;
}

function isPlainMeta(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const meta: Meta = value;
  return (
    typeof meta.name === "string" &&
    isText(meta.namespace) &&
    isText(meta.uid) &&
    isText(meta.resourceVersion) &&
    (meta.creationTimestamp === null || isText(meta.creationTimestamp)) &&
    (meta.deletionTimestamp === null || isText(meta.deletionTimestamp)) &&
    isTextMap(meta.labels) &&
    isTextMap(meta.annotations) &&
    everyItem(meta.ownerReferences, isPlainOwner)
  );
}

function isPlainOwner(item: { kind?: unknown; name?: unknown; uid?: unknown; controller?: unknown } | null): boolean {
  return (
    isRecord(item) && isText(item["kind"]) && isText(item["name"]) && isText(item["uid"]) && isFlag(item["controller"])
  );
}

interface Spec {
  nodeName?: unknown;
  hostNetwork?: unknown;
  hostname?: unknown;
  subdomain?: unknown;
  dnsPolicy?: unknown;
  dnsConfig?: unknown;
  containers?: unknown;
  initContainers?: unknown;
  readinessGates?: unknown;
  nodeSelector?: unknown;
}

function isPlainPodSpec(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const spec: Spec = value;
  return (
    isText(spec.nodeName) &&
    isFlag(spec.hostNetwork) &&
    isText(spec.hostname) &&
    isText(spec.subdomain) &&
    isText(spec.dnsPolicy) &&
    // A rare field with parts of its own is left to the slow check.
    spec.dnsConfig === undefined &&
    isTextMap(spec.nodeSelector) &&
    everyItem(spec.containers, isPlainContainer) &&
    everyItem(spec.initContainers, isPlainContainer) &&
    everyItem(spec.readinessGates, isPlainGate)
  );
}

interface PlainContainer {
  name?: unknown;
  image?: unknown;
  command?: unknown;
  args?: unknown;
  ports?: unknown;
  restartPolicy?: unknown;
  readinessProbe?: unknown;
  env?: unknown;
}

function isPlainContainer(item: PlainContainer | null): boolean {
  if (!isRecord(item)) return false;
  const container: PlainContainer = item;
  return (
    isText(container.name) &&
    isText(container.image) &&
    isText(container.restartPolicy) &&
    everyItem(container.command, isTextItem) &&
    everyItem(container.args, isTextItem) &&
    (container.readinessProbe === undefined || isRecord(container.readinessProbe)) &&
    everyItem(container.env, isPlainEnv) &&
    everyItem(container.ports, isPlainContainerPort)
  );
}

function isPlainEnv(item: { name?: unknown; value?: unknown } | null): boolean {
  return isRecord(item) && isText(item.name) && isText(item.value);
}

function isPlainContainerPort(
  item: { name?: unknown; containerPort?: unknown; protocol?: unknown; hostPort?: unknown; hostIP?: unknown } | null,
): boolean {
  return (
    isRecord(item) &&
    isText(item.name) &&
    isWhole(item.containerPort) &&
    isText(item.protocol) &&
    isWhole(item.hostPort) &&
    isText(item.hostIP)
  );
}

function isPlainGate(item: { conditionType?: unknown } | null): boolean {
  return isRecord(item) && isText(item.conditionType);
}

interface Status {
  phase?: unknown;
  reason?: unknown;
  podIP?: unknown;
  podIPs?: unknown;
  hostIP?: unknown;
  conditions?: unknown;
  containerStatuses?: unknown;
  initContainerStatuses?: unknown;
}

function isPlainPodStatus(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isRecord(value)) return false;
  const status: Status = value;
  return (
    isText(status.phase) &&
    isText(status.reason) &&
    isText(status.podIP) &&
    isText(status.hostIP) &&
    everyItem(status.podIPs, isPlainIP) &&
    everyItem(status.conditions, isPlainCondition) &&
    everyItem(status.containerStatuses, isPlainContainerStatus) &&
    everyItem(status.initContainerStatuses, isPlainContainerStatus)
  );
}

function isPlainIP(item: { ip?: unknown } | null): boolean {
  return isRecord(item) && isText(item.ip);
}

function isPlainCondition(
  item: { type?: unknown; status?: unknown; reason?: unknown; message?: unknown } | null,
): boolean {
  return isRecord(item) && isText(item.type) && isText(item.status) && isText(item.reason) && isText(item.message);
}

function isPlainContainerStatus(
  item: { name?: unknown; ready?: unknown; restartCount?: unknown; state?: unknown; lastState?: unknown } | null,
): boolean {
  return (
    isRecord(item) &&
    isText(item.name) &&
    isFlag(item.ready) &&
    isWhole(item.restartCount) &&
    isPlainState(item.state) &&
    isPlainState(item.lastState)
  );
}

function isPlainState(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isRecord(value)) return false;
  const state: { running?: unknown; waiting?: unknown; terminated?: unknown } = value;
  if (state.waiting !== undefined || state.terminated !== undefined) return false;
  return state.running === undefined || isRecord(state.running);
}

interface PlainEndpoint {
  addresses?: unknown;
  conditions?: unknown;
  hostname?: unknown;
  nodeName?: unknown;
  zone?: unknown;
  targetRef?: unknown;
  hints?: unknown;
}

function isPlainEndpoint(item: PlainEndpoint | null): boolean {
  return (
    isRecord(item) &&
    everyItem(item.addresses, isTextItem) &&
    isPlainConditions(item.conditions) &&
    isText(item.hostname) &&
    isText(item.nodeName) &&
    isText(item.zone) &&
    isPlainTarget(item.targetRef) &&
    isPlainHints(item.hints)
  );
}

function isPlainConditions(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isRecord(value)) return false;
  const conditions: { ready?: unknown; serving?: unknown; terminating?: unknown } = value;
  return isFlag(conditions.ready) && isFlag(conditions.serving) && isFlag(conditions.terminating);
}

function isPlainTarget(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isRecord(value)) return false;
  const target: { kind?: unknown; namespace?: unknown; name?: unknown; uid?: unknown } = value;
  return isText(target.kind) && isText(target.namespace) && isText(target.name) && isText(target.uid);
}

function isPlainHints(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isRecord(value)) return false;
  const hints: { forZones?: unknown; forNodes?: unknown } = value;
  return everyItem(hints.forZones, isPlainHint) && everyItem(hints.forNodes, isPlainHint);
}

function isPlainHint(item: { name?: unknown } | null): boolean {
  return isRecord(item) && isText(item.name);
}

function isPlainSlicePort(
  item: { name?: unknown; protocol?: unknown; port?: unknown; appProtocol?: unknown } | null,
): boolean {
  return isRecord(item) && isText(item.name) && isText(item.protocol) && isWhole(item.port) && isText(item.appProtocol);
}
