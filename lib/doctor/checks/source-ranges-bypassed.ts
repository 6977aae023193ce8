import { evidence, listText } from "../describe.js";
import type { Check } from "../types.js";

const ANNOTATION = "service.beta.kubernetes.io/load-balancer-source-ranges";

function isEverybody(range: string): boolean {
  return /\/0+$/.test(range.trim());
}

export const sourceRangesBypassed: Check = {
  id: "source-ranges-bypassed",
  title: "Source ranges that node ports get around",
  severity: "warning",
  why: "loadBalancerSourceRanges guard the load-balancer address only; whoever reaches a node gets in through its node port",
  covers: [24],
  needs: ["services"],
  scope: "service",
  *run({ service }) {
    const { type, loadBalancerSourceRanges = [], allocateLoadBalancerNodePorts, ports = [] } = service.spec;
    if (type !== "LoadBalancer") return;
    const annotated = service.metadata.annotations?.[ANNOTATION];
    const ranges =
      loadBalancerSourceRanges.length > 0
        ? loadBalancerSourceRanges
        : (annotated ?? "").split(",").filter((range) => range.trim() !== "");
    if (ranges.length === 0 || ranges.some(isEverybody)) return;
    const open = ports.flatMap(({ nodePort }, index) => (nodePort ? [{ nodePort, index }] : []));
    if (open.length === 0 && allocateLoadBalancerNodePorts === false) return;
    yield {
      object: service,
      message: `only ${listText(ranges)} may use the load-balancer address, but ${open.length > 0 ? `node port ${listText(open.map(({ nodePort }) => `${nodePort}`))}` : "the node ports that will be allocated"} of every node ${open.length > 1 ? "take" : "takes"} connections from anywhere`,
      evidence: [
        loadBalancerSourceRanges.length > 0
          ? evidence(`source ranges ${listText(ranges)}`, service, ["spec", "loadBalancerSourceRanges"])
          : evidence(`source ranges ${listText(ranges)}`, service, ["metadata", "annotations", ANNOTATION]),
        ...open.map(({ nodePort, index }) =>
          evidence(`node port ${nodePort}`, service, ["spec", "ports", index, "nodePort"]),
        ),
      ],
      change:
        "set allocateLoadBalancerNodePorts to false and remove the node ports if the load balancer needs none, or guard the ports with a firewall or NetworkPolicy",
    };
  },
};
