/**
 * Builds an object from an earlier one with the same JSON layout, replacing only the changed values. Each value passes
 * the same checks as in an object read whole; where one does not, the object is read whole. Never reports diagnostics.
 */
import type { EndpointSlice, KubeObject, Service } from "../../kube/types.js";
import { endpointSliceTemplate } from "./endpoint-slice.js";
import { serviceTemplate } from "./service.js";
import type { ObjectTemplate } from "./template.js";

/** `first`: an object as it is kept, of which no check had anything to say. */
export function templateOf(first: KubeObject): ObjectTemplate | undefined {
  if (first.kind === "Service") return serviceTemplate(first as Service);
  return first.kind === "EndpointSlice" ? endpointSliceTemplate(first as EndpointSlice) : undefined;
}
