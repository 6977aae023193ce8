import type { Pod } from "../../kube/types.js";
import { evidence, keyOf, listText } from "../describe.js";
import { hostPortsOf, isRunning, type HostPort } from "../host-ports.js";
import type { Check, DoctorContext } from "../types.js";

interface Use {
  readonly pod: Pod;
  readonly port: HostPort;
}

/** Pods as they run, by the port they take on their node. */
function usesByNode({ cluster }: DoctorContext): Map<string, Use[]> {
  const uses = new Map<string, Use[]>();
  for (const pod of cluster.pods) {
    const { nodeName } = pod.spec;
    if (!nodeName || pod.simulated || !isRunning(pod)) continue;
    for (const port of hostPortsOf(pod.spec)) {
      const id = `${nodeName}\0${port.protocol} ${port.number}`;
      const list = uses.get(id);
      if (!list) uses.set(id, [{ pod, port }]);
      else if (!list.some((use) => use.pod === pod)) list.push({ pod, port });
    }
  }
  return uses;
}

export const hostPortCollision: Check = {
  id: "host-port-collision",
  title: "One host port of two pods on a node",
  severity: "error",
  why: "the scheduler keeps such pods apart, but pods with a nodeName pass it by: one of them does not start, or gets no connection",
  needs: ["running pods"],
  scope: "cluster",
  *run(context) {
    for (const [id, uses] of usesByNode(context)) {
      if (uses.length < 2) continue;
      const [node, port] = id.split("\0") as [string, string];
      const names = uses.map(({ pod }) => keyOf(pod));
      yield {
        object: uses[1]!.pod,
        detail: `${node} ${port}`,
        message: `host port ${port} of node ${node} is taken by Pods ${listText(names)}`,
        evidence: uses
          .slice(0, 5)
          .map(({ pod, port: { number, path } }) => evidence(`Pod ${keyOf(pod)}: host port ${number}`, pod, path)),
        change: "give one of them another host port, or let it run on another node",
      };
    }
  },
};
