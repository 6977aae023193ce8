import { sinceRelease } from "../../config/feature-releases.js";
import { sliceEndpoints } from "../../kube/endpoint-table.js";
import type { SliceEndpoint, EndpointSlice } from "../../kube/types.js";
import { evidence } from "../describe.js";
import type { Check } from "../types.js";

interface Seen {
  readonly slice: EndpointSlice;
  readonly index: number;
  readonly endpoint: SliceEndpoint;
}

function nameOf({ targetRef }: SliceEndpoint): string {
  return targetRef?.name ? `Pod ${targetRef.name}` : "an endpoint without targetRef";
}

export const duplicateEndpointAddress: Check = {
  id: "duplicate-endpoint-address",
  title: "Two pods of a Service with one address, one of them going",
  severity: "error",
  why: `kube-proxy keeps one endpoint for each address and port; before ${sinceRelease("duplicatesPreferNotTerminating")} the terminating one may win, and the Service is rejected although a ready pod has the address`,
  covers: [4],
  needs: ["services"],
  scope: "service",
  *run({ service, endpoints }, { features }) {
    if (features.duplicatesPreferNotTerminating || endpoints.source === "pods") return;
    const ready = new Map<string, Seen>();
    const going = new Map<string, Seen>();
    for (const slice of endpoints.slices) {
      const ports = (slice.ports ?? []).map(({ name, port, protocol }) => `${name ?? ""} ${protocol ?? "TCP"} ${port}`);
      for (const [index, endpoint] of sliceEndpoints(slice).entries()) {
        const list = endpoint.conditions?.terminating
          ? going
          : endpoint.conditions?.ready === false
            ? undefined
            : ready;
        for (const port of ports) list?.set(`${endpoint.addresses[0]} ${port}`, { slice, index, endpoint });
      }
    }
    const reported = new Set<string>();
    for (const [id, old] of going) {
      const kept = ready.get(id);
      const address = old.endpoint.addresses[0]!;
      if (!kept || reported.has(address)) continue;
      reported.add(address);
      yield {
        object: service,
        detail: address,
        message: `${nameOf(old.endpoint)} (terminating) and ${nameOf(kept.endpoint)} (ready) both have address ${address}, and kube-proxy of this release may keep the terminating one`,
        evidence: [
          evidence(`${address} terminating`, old.slice, ["endpoints", old.index]),
          evidence(`${address} ready`, kept.slice, ["endpoints", kept.index]),
        ],
        change: `remove the finished pod (host-network pods of one node share its address), or use ${sinceRelease("duplicatesPreferNotTerminating")} or newer`,
      };
    }
  },
};
