import { evidence, listText } from "../describe.js";
import type { Check } from "../types.js";
import { sliceEndpoints } from "../../kube/endpoint-table.js";

/** "Node-1.example.com" and "node-1" may well be one machine. */
function shortName(name: string): string {
  return name.toLowerCase().split(".")[0]!;
}

export const nodeNameMismatch: Check = {
  id: "node-name-mismatch",
  title: "Endpoints on a node that goes by another name",
  severity: "error",
  why: "kube-proxy finds local endpoints by comparing node names, so under policy Local it drops traffic on the very node that has the pod",
  covers: [8],
  needs: ["services", "nodes"],
  scope: "service",
  *run({ service, endpoints }, { cluster }) {
    if (cluster.nodes.length === 0 || (endpoints.source !== "endpointslices" && endpoints.source !== "mirrored"))
      return;
    const names = new Set(cluster.nodes.map(({ metadata }) => metadata.name));
    const strange = new Map<string, string>();
    let where;
    for (const slice of endpoints.slices)
      for (const [index, { nodeName }] of sliceEndpoints(slice).entries()) {
        if (!nodeName || names.has(nodeName) || strange.has(nodeName)) continue;
        const twin = cluster.nodes.find(
          ({ metadata }) =>
            shortName(metadata.name) === shortName(nodeName) ||
            metadata.labels?.["kubernetes.io/hostname"] === nodeName,
        );
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
