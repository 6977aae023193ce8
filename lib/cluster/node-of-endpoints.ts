/** What EndpointSlices tell of a node where the input has no Node object. */
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { Node } from "../kube/types.js";
import type { Cluster } from "./types.js";
import { ZONE_LABEL } from "./node-view.js";

/** The zone of the endpoints on a node: their controller copies it from the Node. */
function zoneOfEndpoints({ endpointSlices }: Pick<Cluster, "endpointSlices">, name: string): string | undefined {
  for (const slice of endpointSlices)
    for (const { nodeName, zone } of sliceEndpoints(slice)) if (nodeName === name && zone) return zone;
  return undefined;
}

/** A Node with what its endpoints tell; undefined where they tell nothing. */
export function nodeOfEndpoints(cluster: Pick<Cluster, "endpointSlices">, name: string): Node | undefined {
  const zone = zoneOfEndpoints(cluster, name);
  return zone === undefined
    ? undefined
    : { apiVersion: "v1", kind: "Node", metadata: { name, labels: { [ZONE_LABEL]: zone } } };
}
