/**
 * Fast accept for endpoints as the EndpointSlice controller writes them: a large cluster has hundreds of thousands of
 * them. False means: run the checks of every field and value.
 */
import { EndpointTable, MOST_ENDPOINTS } from "../../kube/endpoint-table.js";
import type { SliceEndpoint } from "../../kube/slice-endpoint.js";
import { countTableFields } from "../../kube/table-endpoint.js";
import { canonicalIP, familyOfIP } from "../../net/ip.js";
import { specialAddress } from "./addresses.js";
import { isDNSSubdomain } from "./grammar.js";
import type { RawRecord } from "./raw-values.js";

/** Whether the checks have nothing to say of any endpoint of the slice. */
export function canSkimEndpoints(slice: RawRecord): boolean {
  const { addressType: type, endpoints } = slice as { addressType?: unknown; endpoints?: unknown };
  if (type !== "IPv4" && type !== "IPv6") return false;
  if (endpoints instanceof EndpointTable) return endpoints.length <= MOST_ENDPOINTS && canSkimRows(endpoints, type);
  if (!Array.isArray(endpoints) || endpoints.length > MOST_ENDPOINTS) return false;
  for (let i = 0; i < endpoints.length; i++) if (!canSkimEndpoint(endpoints[i], type)) return false;
  return true;
}

function canSkimRows(table: EndpointTable, type: "IPv4" | "IPv6"): boolean {
  let others = 0;
  table.forEach((address, _, nodeName) => {
    if (!areSound(address, nodeName, type)) others++;
  });
  return others === 0;
}

function canSkimEndpoint(endpoint: unknown, type: "IPv4" | "IPv6"): boolean {
  if (countTableFields(endpoint) === 0) return false;
  const { addresses, nodeName } = endpoint as SliceEndpoint;
  return areSound(addresses[0]!, nodeName, type);
}

function areSound(address: string, nodeName: string | undefined, type: "IPv4" | "IPv6"): boolean {
  return (
    familyOfIP(address) === type &&
    canonicalIP(address) === address &&
    specialAddress(address, type) === undefined &&
    (nodeName === undefined || isDNSSubdomain(nodeName))
  );
}
