/** What a question is about, where that allows to leave EndpointSlices unread. */
import { focusOn, type Focus } from "../readers/focus.js";
import type { Selection } from "../pipeline/select-services.js";

/** Every slice of a Service names the Service, and its namespace, but that it may leave out the namespace "default". */
export function focusOf({ service, namespace }: Selection): { readonly focus?: Focus; readonly asked: Selection } {
  const asked = { service, namespace };
  if (service !== undefined) return { asked, focus: focusOn(service.split("/").at(-1)!) };
  return namespace === undefined || namespace === "default" ? { asked } : { asked, focus: { ...focusOn(), namespace } };
}
