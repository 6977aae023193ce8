/**
 * Objects written as one before them, made from the values that differ. Each value passes the same checks as that of an
 * object read whole, or is left to them: nothing is ever said here.
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
