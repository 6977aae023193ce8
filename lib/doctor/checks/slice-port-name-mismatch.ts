import { quoted } from "../../util/quoted.js";
import { evidence, listText, portText } from "../describe.js";
import type { Check } from "../types.js";

export const slicePortNameMismatch: Check = {
  id: "slice-port-name-mismatch",
  title: "A service port whose name no EndpointSlice has",
  severity: "error",
  why: "kube-proxy joins ports of Service and slice by name, so the port has no endpoints although the slice lists addresses",
  covers: [32],
  needs: ["services"],
  scope: "service",
  *run({ service, endpoints, selector }) {
    // What a controller writes follows the Service; only slices and Endpoints written by hand can differ.
    if (selector || (endpoints.source !== "endpointslices" && endpoints.source !== "mirrored")) return;
    const slices = endpoints.slices.filter((slice) => (slice.endpoints?.length ?? 0) > 0);
    if (slices.length === 0 || service.spec.clusterIP === "None") return;
    for (const [index, port] of (service.spec.ports ?? []).entries()) {
      const protocol = port.protocol ?? "TCP";
      const has = slices.some((slice) =>
        slice.ports?.some((p) => (p.name ?? "") === (port.name ?? "") && (p.protocol ?? "TCP") === protocol),
      );
      if (has) continue;
      const names = [
        ...new Set(
          slices.flatMap((slice) => (slice.ports ?? []).map((p) => `${quoted(p.name ?? "")} (${p.protocol ?? "TCP"})`)),
        ),
      ];
      yield {
        object: service,
        detail: `port ${portText(port)}`,
        message: `port ${port.port} is named ${quoted(port.name ?? "")} (${protocol}), and no endpoints of the Service have a port of that name; theirs: ${listText(names) || "none"}`,
        evidence: [
          evidence(`port ${port.port}, name ${quoted(port.name ?? "")}`, service, ["spec", "ports", index]),
          ...slices.slice(0, 3).map((slice) => evidence(`${slice.kind} ${slice.metadata.name}`, slice, ["ports"])),
        ],
        change: "give the port the same name in the Service and in its EndpointSlice or Endpoints object",
      };
    }
  },
};
