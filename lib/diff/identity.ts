/** What the comparisons share: pairs of frontends and the identity that changes carry. */
import type { Change, FrontendView, ServicePortView } from "./types.js";

/** A frontend as it should be and as it is. */
export type FrontendPair = readonly [expected: FrontendView, actual: FrontendView];

/** The fields of a change that say which service port it is about. */
export function identity(view: ServicePortView): Pick<Change, "service" | "port" | "protocol"> {
  return {
    ...(view.service !== undefined && { service: view.service }),
    ...(view.port !== undefined && { port: view.port }),
    ...(view.protocol !== undefined && { protocol: view.protocol }),
  };
}
