/**
 * Fast accept for endpoints as the EndpointSlice controller writes them: a large cluster has hundreds of thousands, and
 * nothing is to be said of them. A no says nothing; the checks of every field and value then find out.
 */
import { EndpointTable, MOST_ENDPOINTS } from "../../kube/endpoint-table.js";
import { canonicalIP, familyOfIP } from "../../net/ip.js";
import { isRecord } from "../../util/is-record.js";
import { specialAddress } from "./addresses.js";
import { isDNSSubdomain } from "./grammar.js";
import type { RawRecord } from "./raw-values.js";

/** Whether every endpoint of the slice has only known fields with usual values. */
export function hasUsualEndpoints(slice: RawRecord): boolean {
  const { addressType: type, endpoints } = slice as { addressType?: unknown; endpoints?: unknown };
  if (type !== "IPv4" && type !== "IPv6") return false;
  if (endpoints instanceof EndpointTable) return endpoints.length <= MOST_ENDPOINTS && hasUsualRows(endpoints, type);
  if (!Array.isArray(endpoints) || endpoints.length > MOST_ENDPOINTS) return false;
  for (let i = 0; i < endpoints.length; i++) if (!isUsual(endpoints[i], type)) return false;
  return true;
}

/** A table holds nothing but conditions that are booleans, and texts. */
function hasUsualRows(table: EndpointTable, type: "IPv4" | "IPv6"): boolean {
  let unusual = 0;
  table.forEach((address, _, nodeName) => {
    if (!isUsualAddress(address, type) || (nodeName !== undefined && !isDNSSubdomain(nodeName))) unusual++;
  });
  return unusual === 0;
}

function isUsual(endpoint: unknown, type: "IPv4" | "IPv6"): boolean {
  if (!isRecord(endpoint)) return false;
  let hasAddress = false;
  for (const key in endpoint) {
    const value = endpoint[key];
    switch (key) {
      case "addresses":
        if (!Array.isArray(value) || value.length !== 1 || !isUsualAddress(value[0], type)) return false;
        hasAddress = true;
        break;
      case "conditions":
        if (!isConditions(value)) return false;
        break;
      case "nodeName":
        if (typeof value !== "string" || !isDNSSubdomain(value)) return false;
        break;
      case "zone":
        if (typeof value !== "string") return false;
        break;
      case "targetRef":
        if (!isReference(value)) return false;
        break;
      default:
        return false;
    }
  }
  return hasAddress;
}

function isUsualAddress(address: unknown, type: "IPv4" | "IPv6"): boolean {
  return (
    typeof address === "string" &&
    familyOfIP(address) === type &&
    canonicalIP(address) === address &&
    specialAddress(address, type) === undefined
  );
}

function isConditions(value: unknown): boolean {
  if (!isRecord(value)) return false;
  for (const key in value) {
    if (key !== "ready" && key !== "serving" && key !== "terminating") return false;
    if (typeof value[key] !== "boolean") return false;
  }
  return true;
}

function isReference(value: unknown): boolean {
  if (!isRecord(value)) return false;
  for (const key in value) {
    if (key !== "kind" && key !== "namespace" && key !== "name" && key !== "uid") return false;
    if (typeof value[key] !== "string") return false;
  }
  return true;
}
