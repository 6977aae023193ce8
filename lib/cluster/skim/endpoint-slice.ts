/** EndpointSlices made from one before them: other names, endpoints and port numbers. */
import { EndpointTable } from "../../kube/endpoint-table.js";
import type { EndpointSlice } from "../../kube/types.js";
import type { Difference } from "../../readers/sink.js";
import type { FieldPath } from "../../source/origin.js";
import { isDNSSubdomain } from "../validate/grammar.js";
import { isPort } from "../validate/ports.js";
import { canSkimEndpoints } from "../validate/skim-endpoints.js";
import { metadataTemplate } from "./metadata.js";
import type { ObjectTemplate } from "./template.js";

/** `first`: as kept, nothing to be said of it. Undefined when its endpoints are not kept in a table. */
export function endpointSliceTemplate(first: EndpointSlice): ObjectTemplate | undefined {
  const { addressType, endpoints, ports } = first;
  if (!(endpoints instanceof EndpointTable)) return undefined;
  const metadata = metadataTemplate(first.metadata, isDNSSubdomain);
  const portNumbers: (number | undefined)[] = [];
  let endpointsAt = -1;

  function differs(path: FieldPath, at: number): Difference | undefined {
    if (path[0] === "metadata") return metadata.differs(path, at);
    if (path.length === 1 && path[0] === "endpoints") {
      endpointsAt = at;
      return "endpoints";
    }
    const [field, key, inner] = path;
    if (path.length !== 3 || field !== "ports" || inner !== "port" || !ports?.[key as number]?.port) return undefined;
    portNumbers[key as number] = at;
    return "number";
  }

  function otherPorts(values: readonly unknown[]): EndpointSlice["ports"] | undefined {
    if (ports?.every(({ port }, i) => portNumbers[i] === undefined || values[portNumbers[i]] === port)) return ports;
    return ports?.map((port, i) => ({
      name: port.name,
      protocol: port.protocol,
      port: portNumbers[i] === undefined ? port.port : (values[portNumbers[i]] as number),
      appProtocol: port.appProtocol,
    }));
  }

  function make(values: readonly unknown[], { origin }: Pick<EndpointSlice, "origin">): EndpointSlice | undefined {
    const table = values[endpointsAt] as EndpointTable;
    if (!canSkimEndpoints({ addressType, endpoints: table })) return undefined;
    const otherMetadata = metadata.make(values);
    if (!otherMetadata || !portNumbers.every((at) => at === undefined || isPort(values[at] as number)))
      return undefined;
    return {
      apiVersion: first.apiVersion,
      kind: first.kind,
      metadata: otherMetadata,
      addressType,
      endpoints: table,
      ports: ports && otherPorts(values),
      origin,
    };
  }

  return { differs, make };
}
