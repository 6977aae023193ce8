import { evidence, listText } from "../describe.js";
import type { Check } from "../types.js";
import { sliceEndpoints } from "../../kube/endpoint-table.js";

export const nodeNameMismatch: Check = {
  id: "node-name-mismatch",
  title: "Endpoints on a node that goes by another name",
  severity: "error",
  why: "kube-proxy finds local endpoints by comparing node names, so under policy Local it drops traffic on the very node that has the pod",
  covers: [8],
  needs: ["services", "nodes"],
  scope: "service",
  *run({ service, endpoints }, { cluster, nodes: { byName, twinOf } }) {
    if (cluster.nodes.length === 0 || (endpoints.source !== "endpointslices" && endpoints.source !== "mirrored"))
      return;
    const strange = new Map<string, string>();
    let where;
    for (const slice of endpoints.slices)
      for (const [index, { nodeName }] of sliceEndpoints(slice).entries()) {
        if (!nodeName || byName.has(nodeName) || strange.has(nodeName)) continue;
        const twin = twinOf(nodeName);
        if (!twin) continue;
        strange.set(nodeName, twin.metadata.name);
        where ??= { slice, index, twin };
      }
    if (!where) return;
    const local = service.spec.externalTrafficPolicy === "Local" || service.spec.internalTrafficPolicy === "Local";
    const pairs = [...strange].map(([name, node]) => `${name} (the Node is ${node})`);
    yield {
      object: service,
      severity: local ? "error" : "warning",
      message: `endpoints are on ${listText(pairs)}: the names differ, so no endpoint counts as local there`,
      evidence: [
        evidence(`nodeName ${sliceEndpoints(where.slice)[where.index]!.nodeName}`, where.slice, [
          "endpoints",
          where.index,
          "nodeName",
        ]),
        evidence(`Node ${where.twin.metadata.name}`, where.twin, ["metadata", "name"]),
      ],
      change: "let kubelet and kube-proxy use one node name: set hostnameOverride of both alike",
    };
  },
};
