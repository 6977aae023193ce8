/**
 * Builds an object from an earlier one with the same JSON layout, replacing only the changed values. Each value passes
 * the same checks as in an object read whole; where one does not, the object is read whole. Never reports diagnostics.
 */
import type { EndpointSlice, KubeObject, Service } from "../../kube/types.js";
import type { Alike } from "./alike.js";
import { alikeEndpointSlice } from "./endpoint-slice.js";
import { alikeService } from "./service.js";

/** How objects may be like this one, which is kept and of which nothing was to be said. */
export function alikeTo(first: KubeObject): Alike | undefined {
  if (first.kind === "Service") return alikeService(first as Service);
  return first.kind === "EndpointSlice" ? alikeEndpointSlice(first as EndpointSlice) : undefined;
}
