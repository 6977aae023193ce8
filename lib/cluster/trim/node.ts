import type { Node } from "../../kube/types.js";
import { trimConditions } from "./pod.js";
import { compact, fieldsOf, mapsOf, stringOf, stringsOf, type Fields } from "./shape.js";

export function trimNode(raw: Fields): Pick<Node, "spec" | "status"> {
  const spec = fieldsOf(raw["spec"]);
  const status = fieldsOf(raw["status"]);
  return compact({
    spec: spec && compact({ podCIDR: stringOf(spec["podCIDR"]), podCIDRs: stringsOf(spec["podCIDRs"]) }),
    status: status && trimStatus(status),
  });
}

function trimStatus(status: Fields): Node["status"] {
  const info = fieldsOf(status["nodeInfo"]);
  return compact({
    addresses: mapsOf(status["addresses"], (address) => ({
      type: stringOf(address["type"]) ?? "",
      address: stringOf(address["address"]) ?? "",
    })),
    allocatable: trimCPU(status["allocatable"]),
    capacity: trimCPU(status["capacity"]),
    conditions: trimConditions(status["conditions"]),
    nodeInfo:
      info &&
      compact({
        kubeletVersion: stringOf(info["kubeletVersion"]),
        kubeProxyVersion: stringOf(info["kubeProxyVersion"]),
      }),
  });
}

/** CPU quantities may be written as numbers. */
function trimCPU(value: unknown): { cpu?: string } | undefined {
  const resources = fieldsOf(value);
  if (!resources) return undefined;
  const { cpu } = resources;
  return typeof cpu === "string" || typeof cpu === "number" ? { cpu: String(cpu) } : {};
}
