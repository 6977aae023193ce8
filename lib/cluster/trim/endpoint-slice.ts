import type { EndpointConditions, EndpointSlice, SliceEndpoint, SlicePort } from "../../kube/types.js";
import { booleanOf, compact, fieldsOf, mapsOf, numberOf, stringOf, stringsOf, type Fields } from "./shape.js";

/** The topology keys of discovery.k8s.io/v1beta1 that v1 has fields for. */
const HOSTNAME = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";

/** The slice in the shape of discovery.k8s.io/v1. */
export function trimEndpointSlice(raw: Fields): Pick<EndpointSlice, "addressType" | "endpoints" | "ports"> {
  const old = raw["apiVersion"] !== "discovery.k8s.io/v1";
  return compact({
    addressType: stringOf(raw["addressType"]) as EndpointSlice["addressType"],
    endpoints: mapsOf(raw["endpoints"], old ? trimOldEndpoint : trimEndpoint),
    ports: mapsOf(raw["ports"], trimPort),
  });
}

function trimEndpoint(endpoint: Fields): SliceEndpoint {
  const { nodeName, zone, hints, targetRef, hostname, conditions } = endpoint;
  const out: SliceEndpoint = { addresses: stringsOf(endpoint["addresses"]) ?? [] };
  if (conditions !== undefined) out.conditions = trimConditions(conditions);
  if (typeof nodeName === "string") out.nodeName = nodeName;
  if (typeof zone === "string") out.zone = zone;
  if (typeof hostname === "string") out.hostname = hostname;
  if (hints !== undefined) out.hints = trimHints(hints);
  if (targetRef !== undefined) out.targetRef = trimTargetRef(targetRef);
  return out;
}

function trimOldEndpoint(endpoint: Fields): SliceEndpoint {
  const topology = fieldsOf(endpoint["topology"]) ?? {};
  const out = trimEndpoint(endpoint);
  out.nodeName ??= stringOf(topology[HOSTNAME]);
  out.zone ??= stringOf(topology[ZONE]);
  return compact(out);
}

function trimConditions(value: unknown): EndpointConditions | undefined {
  const conditions = fieldsOf(value);
  if (!conditions) return undefined;
  const { ready, serving, terminating } = conditions;
  return compact({ ready: booleanOf(ready), serving: booleanOf(serving), terminating: booleanOf(terminating) });
}

function trimHints(value: unknown): SliceEndpoint["hints"] {
  const hints = fieldsOf(value);
  const named = (list: unknown) => mapsOf(list, (hint) => ({ name: stringOf(hint["name"]) ?? "" }));
  return hints && compact({ forZones: named(hints["forZones"]), forNodes: named(hints["forNodes"]) });
}

export function trimTargetRef(value: unknown): SliceEndpoint["targetRef"] {
  const ref = fieldsOf(value);
  if (!ref) return undefined;
  return compact({
    kind: stringOf(ref["kind"]),
    namespace: stringOf(ref["namespace"]),
    name: stringOf(ref["name"]),
    uid: stringOf(ref["uid"]),
  });
}

function trimPort(port: Fields): SlicePort {
  return compact({
    name: stringOf(port["name"]),
    protocol: stringOf(port["protocol"]) as SlicePort["protocol"],
    port: numberOf(port["port"]),
    appProtocol: stringOf(port["appProtocol"]),
  });
}
