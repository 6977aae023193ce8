/**
 * Objects written as one before them, made from the values that differ. Each value passes the same checks as that of an
 * object read whole, or is left to them: nothing is ever said here.
 */
import type { EndpointSlice, KubeObject, Service } from "../../kube/types.js";
import type { Difference } from "../../readers/sink.js";
import type { FieldPath } from "../../source/origin.js";
import { alikeEndpointSlice } from "./endpoint-slice.js";
import { alikeService } from "./service.js";

export interface Alike {
  /** How the value at the path may differ; `at`: the index it will have among those that do. */
  differs(path: FieldPath, at: number): Difference | undefined;
  /** The object with these values; undefined when the checks might have something to say of it. */
  make(values: readonly unknown[], head: Pick<KubeObject, "origin">): KubeObject | undefined;
}

/** How objects may be like this one, which is kept and of which nothing was to be said. */
export function alikeTo(first: KubeObject): Alike | undefined {
  if (first.kind === "Service") return alikeService(first as Service);
  return first.kind === "EndpointSlice" ? alikeEndpointSlice(first as EndpointSlice) : undefined;
}
