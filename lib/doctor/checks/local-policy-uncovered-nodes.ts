import type { Service } from "../../kube/types.js";
import { count, evidence, listText } from "../describe.js";
import type { Check } from "../types.js";
import { hasSimulatedPods, readyNodes } from "./endpoints-on-one-node.js";

export const localPolicyUncoveredNodes: Check = {
  id: "local-policy-uncovered-nodes",
  title: "A Local traffic policy and nodes without endpoints",
  severity: "warning",
  why: "with policy Local a node without an endpoint drops the traffic, so clients there hang instead of failing over",
  covers: [9],
  needs: ["services"],
  scope: "service",
  *run(facts, { cluster, nodes, config }) {
    const { service } = facts;
    const { internalTrafficPolicy, externalTrafficPolicy, type, clusterIP } = service.spec;
    // In IPVS mode the cluster IP of a Service that can be reached from outside falls back to all endpoints.
    const fallsBack = config.mode === "ipvs" && hasWayIn(service);
    const isInternal = internalTrafficPolicy === "Local" && clusterIP !== "None" && type !== "ExternalName";
    const internal = isInternal && !fallsBack;
    // Load balancers ask the health-check port and leave such nodes out; node ports have nobody who asks.
    const external = externalTrafficPolicy === "Local" && type === "NodePort";
    if ((!internal && !external) || facts.readyCount === 0 || hasSimulatedPods(facts)) return;
    const found = readyNodes(facts);
    if (cluster.nodes.length === 0 || !found) {
      yield {
        notEnoughInput:
          cluster.nodes.length === 0 ? "the input holds no Nodes" : "endpoints of the Service name no node",
      };
      return;
    }
    const uncovered = nodes.workers.filter(({ metadata }) => !found.nodes.has(metadata.name));
    if (uncovered.length === 0) return;
    const names = listText(uncovered.map(({ metadata }) => metadata.name));
    const field = internal ? "internalTrafficPolicy" : "externalTrafficPolicy";
    yield {
      object: service,
      detail: field,
      severity: internal ? "warning" : "info",
      message: `${internal ? "pods on" : "node ports of"} ${names} (${count(uncovered.length, "node")}) cannot reach the Service: ${field} is Local and they have no ready endpoint`,
      evidence: [
        evidence(`${field}: Local`, service, ["spec", field]),
        evidence(`ready endpoints on ${listText([...found.nodes.keys()].sort())}`, service, ["metadata", "name"]),
      ],
      change: internal
        ? "run the pods on every node (DaemonSet), or set internalTrafficPolicy to Cluster"
        : "send clients to nodes with endpoints only, or set externalTrafficPolicy to Cluster",
    };
  },
};

/** Whether kube-proxy serves the Service at more than its cluster IPs; a node port that is not written down will be given. */
function hasWayIn({ spec, status }: Service): boolean {
  const { type, externalIPs = [], ports = [], allocateLoadBalancerNodePorts = true } = spec;
  if (externalIPs.length > 0 || type === "NodePort") return true;
  if (type !== "LoadBalancer") return false;
  const ingress = status?.loadBalancer?.ingress ?? [];
  return (
    allocateLoadBalancerNodePorts ||
    ports.some(({ nodePort }) => nodePort) ||
    ingress.some(({ ip, ipMode }) => ip && ipMode !== "Proxy")
  );
}
