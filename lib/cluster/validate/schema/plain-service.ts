import type { RawRecord } from "../raw-values.js";
import { isRecord } from "../../../util/is-record.js";
import { everyItem, isFlag, isText, isTextItem, isTextMap, isWhole } from "./plain-values.js";

interface Spec {
  type?: unknown;
  clusterIP?: unknown;
  clusterIPs?: unknown;
  ipFamilies?: unknown;
  ipFamilyPolicy?: unknown;
  selector?: unknown;
  ports?: unknown;
  externalIPs?: unknown;
  externalName?: unknown;
  loadBalancerIP?: unknown;
  sessionAffinity?: unknown;
  sessionAffinityConfig?: unknown;
  loadBalancerSourceRanges?: unknown;
  loadBalancerClass?: unknown;
  allocateLoadBalancerNodePorts?: unknown;
  externalTrafficPolicy?: unknown;
  internalTrafficPolicy?: unknown;
  healthCheckNodePort?: unknown;
  publishNotReadyAddresses?: unknown;
  trafficDistribution?: unknown;
}

/** Whether spec and status of a Service are plain. */
export function isPlainService({ spec, status }: RawRecord): boolean {
  return isRecord(spec) && hasPlainTexts(spec) && hasPlainLists(spec) && isPlainStatus(status);
}

function hasPlainTexts(spec: Spec): boolean {
  return (
    isText(spec.type) &&
    isText(spec.clusterIP) &&
    isText(spec.ipFamilyPolicy) &&
    isText(spec.externalName) &&
    isText(spec.loadBalancerIP) &&
    isText(spec.sessionAffinity) &&
    isText(spec.loadBalancerClass) &&
    isText(spec.externalTrafficPolicy) &&
    isText(spec.internalTrafficPolicy) &&
    isText(spec.trafficDistribution) &&
    isFlag(spec.allocateLoadBalancerNodePorts) &&
    isFlag(spec.publishNotReadyAddresses) &&
    isWhole(spec.healthCheckNodePort) &&
    // A rare field with parts of its own is left to the slow check.
    spec.sessionAffinityConfig === undefined
  );
}

function hasPlainLists(spec: Spec): boolean {
  return (
    everyItem(spec.clusterIPs, isTextItem) &&
    everyItem(spec.ipFamilies, isTextItem) &&
    everyItem(spec.externalIPs, isTextItem) &&
    everyItem(spec.loadBalancerSourceRanges, isTextItem) &&
    everyItem(spec.ports, isPlainPort) &&
    isTextMap(spec.selector)
  );
}

interface Port {
  name?: unknown;
  protocol?: unknown;
  port?: unknown;
  targetPort?: unknown;
  nodePort?: unknown;
  appProtocol?: unknown;
}

function isPlainPort(item: Port | null): boolean {
  return (
    isRecord(item) &&
    isText(item.name) &&
    isText(item.protocol) &&
    isWhole(item.port) &&
    (typeof item.targetPort === "string" || isWhole(item.targetPort)) &&
    isWhole(item.nodePort) &&
    isText(item.appProtocol)
  );
}

function isPlainStatus(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isRecord(value)) return false;
  const { loadBalancer }: { loadBalancer?: unknown } = value;
  if (loadBalancer === undefined) return true;
  return isRecord(loadBalancer) && everyItem(loadBalancer["ingress"], isPlainIngress);
}

function isPlainIngress(item: { ip?: unknown; hostname?: unknown; ipMode?: unknown; ports?: unknown } | null): boolean {
  return isRecord(item) && isText(item.ip) && isText(item.hostname) && isText(item.ipMode) && item.ports === undefined;
}
