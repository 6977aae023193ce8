import { EndpointTable } from "../../kube/endpoint-table.js";
import type { EndpointConditions, EndpointSlice, SliceEndpoint, SlicePort } from "../../kube/types.js";
import type { Pool } from "./pool.js";
import { booleanOf, compact, fieldsOf, mapsOf, numberOf, stringOf, stringsOf, type Fields } from "./shape.js";

/** The topology keys of discovery.k8s.io/v1beta1 that v1 has fields for. */
const HOSTNAME = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";

/** The slice in the shape of discovery.k8s.io/v1. */
export function trimEndpointSlice(raw: Fields, pool: Pool): Pick<EndpointSlice, "addressType" | "endpoints" | "ports"> {
  const trim = raw["apiVersion"] === "discovery.k8s.io/v1" ? trimEndpoint : trimOldEndpoint;
  return {
    addressType: stringOf(raw["addressType"]) as EndpointSlice["addressType"],
    endpoints:
      raw["endpoints"] instanceof EndpointTable
        ? raw["endpoints"]
        : mapsOf(raw["endpoints"], (endpoint) => trim(endpoint, pool)),
    ports: mapsOf(raw["ports"], trimPort),
  };
}

function trimEndpoint(endpoint: Fields, pool: Pool): SliceEndpoint {
  const { nodeName, zone, hints, targetRef, hostname, conditions, addresses } = endpoint;
  if (pool.rulesOnly && hints === undefined && typeof nodeName === "string" && typeof zone === "string")
    // The most there are of anything: one literal, which takes less time and room than fields added one by one.
    return {
      addresses: stringsOf(addresses) ?? [],
      conditions: trimConditions(conditions),
      nodeName: pool.text(nodeName),
      zone: pool.text(zone),
    };
  const out: SliceEndpoint = { addresses: stringsOf(addresses) ?? [] };
  if (conditions !== undefined) out.conditions = trimConditions(conditions);
  if (typeof nodeName === "string") out.nodeName = pool.text(nodeName);
  if (targetRef !== undefined && !pool.rulesOnly) out.targetRef = trimTargetRef(targetRef, pool);
  if (typeof zone === "string") out.zone = pool.text(zone);
  if (typeof hostname === "string" && !pool.rulesOnly) out.hostname = hostname;
  if (hints !== undefined) out.hints = pool.value("hints", out.zone ?? "", trimHints(hints));
  return out;
}

function trimOldEndpoint(endpoint: Fields, pool: Pool): SliceEndpoint {
  const topology = fieldsOf(endpoint["topology"]) ?? {};
  const out = trimEndpoint(endpoint, pool);
  out.nodeName ??= stringOf(topology[HOSTNAME]);
  out.zone ??= stringOf(topology[ZONE]);
  return compact(out);
}

const CONDITIONS = new Map<number, EndpointConditions>();

/** Of the 27 there are, one object each. */
function trimConditions(value: unknown): EndpointConditions | undefined {
  const conditions = fieldsOf(value);
  if (!conditions) return undefined;
  const { ready, serving, terminating } = conditions;
  const digit = (condition: unknown) => (condition === true ? 2 : condition === false ? 1 : 0);
  const key = digit(ready) * 9 + digit(serving) * 3 + digit(terminating);
  let known = CONDITIONS.get(key);
  if (!known) {
    known = compact({ ready: booleanOf(ready), serving: booleanOf(serving), terminating: booleanOf(terminating) });
    CONDITIONS.set(key, Object.freeze(known));
  }
  return known;
}

function trimHints(value: unknown): SliceEndpoint["hints"] {
  const hints = fieldsOf(value);
  const named = (list: unknown) => mapsOf(list, (hint) => ({ name: stringOf(hint["name"]) ?? "" }));
  return hints && compact({ forZones: named(hints["forZones"]), forNodes: named(hints["forNodes"]) });
}

export function trimTargetRef(value: unknown, pool: Pool): SliceEndpoint["targetRef"] {
  const ref = fieldsOf(value);
  if (!ref) return undefined;
  const { kind, namespace, name, uid } = ref;
  const out: NonNullable<SliceEndpoint["targetRef"]> = {};
  if (typeof kind === "string") out.kind = pool.text(kind);
  if (typeof namespace === "string") out.namespace = pool.text(namespace);
  if (typeof name === "string") out.name = name;
  if (typeof uid === "string") out.uid = uid;
  return out;
}

function trimPort(port: Fields): SlicePort {
  return {
    name: stringOf(port["name"]),
    protocol: stringOf(port["protocol"]) as SlicePort["protocol"],
    port: numberOf(port["port"]),
    appProtocol: stringOf(port["appProtocol"]),
  };
}
