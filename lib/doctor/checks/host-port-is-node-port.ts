import type { Service } from "../../kube/types.js";
import type { FieldPath } from "../../source/origin.js";
import { evidence, keyOf, namespaceOf } from "../describe.js";
import { hostPortsOf, isRunning } from "../host-ports.js";
import { podEvidence } from "../pod-evidence.js";
import type { Check } from "../types.js";
import { workloadOf } from "../workload-of.js";

interface NodePort {
  readonly service: Service;
  readonly path: FieldPath;
}

/** Node ports that somebody chose, by number and protocol. */
function nodePortsOf(services: readonly Service[]): Map<string, NodePort> {
  const found = new Map<string, NodePort>();
  for (const service of services) {
    const { simulated } = service;
    for (const [i, { nodePort, protocol = "TCP" }] of (service.spec.ports ?? []).entries())
      if (nodePort && simulated !== "object" && !simulated?.includes(`spec.ports[${i}].nodePort`))
        found.set(`${nodePort}/${protocol}`, { service, path: ["spec", "ports", i, "nodePort"] });
  }
  return found;
}

export const hostPortIsNodePort: Check = {
  id: "host-port-is-node-port",
  title: "A host port that is a Service's node port as well",
  severity: "error",
  why: "only one of the two gets the connections: kube-proxy's rules and those of the host port are met in an order nobody promises",
  covers: [26],
  needs: ["services", "pods or workloads"],
  scope: "cluster",
  *run(context) {
    const nodePorts = nodePortsOf(context.cluster.services);
    if (nodePorts.size === 0) return;
    const seen = new Set<string>();
    for (const pod of context.cluster.pods) {
      if (!isRunning(pod)) continue;
      for (const { number, protocol, path } of hostPortsOf(pod.spec)) {
        const owner = workloadOf(pod);
        const taken = nodePorts.get(`${number}/${protocol}`);
        const id = `${namespaceOf(pod)}/${owner} ${number}/${protocol}`;
        if (!taken || seen.has(id)) continue;
        seen.add(id);
        const key = keyOf(taken.service);
        yield {
          object: context.workloads.get(`${namespaceOf(pod)}/${owner}`) ?? pod,
          subject: owner.replace(" ", ` ${namespaceOf(pod)}/`),
          concerns: [taken.service],
          detail: `${protocol} ${number}`,
          message: `host port ${protocol} ${number} is the node port of Service ${key} as well`,
          evidence: [
            podEvidence(context, pod, `: host port ${number}`, path),
            evidence(`Service ${key}: nodePort ${number}`, taken.service, taken.path),
          ],
          change: `give the container another host port, or Service ${key} another node port`,
        };
      }
    }
  },
};
