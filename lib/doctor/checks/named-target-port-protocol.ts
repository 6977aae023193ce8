import { findPodPort, targetPortsOf } from "../../endpoints/target-ports.js";
import { quoted } from "../../util/quoted.js";
import { evidence, portText } from "../describe.js";
import { podEvidence } from "../pod-evidence.js";
import type { Check } from "../types.js";
import { namedPorts } from "./named-target-port-missing.js";

export const namedTargetPortProtocol: Check = {
  id: "named-target-port-protocol",
  title: "A named targetPort of another protocol",
  severity: "error",
  why: "a name stands for a container port only if the protocols agree, so the port has no endpoints",
  covers: [32],
  needs: ["services", "pods or workloads"],
  scope: "service",
  *run({ service, pods }, context) {
    const { features } = context;
    for (const [index, targetPort] of targetPortsOf(service).entries()) {
      const { target, protocol, port } = targetPort;
      if (typeof target === "number") continue;
      const wrong = pods.filter(
        (pod) =>
          findPodPort(targetPort, pod, features) === undefined &&
          namedPorts(pod).some(({ name, protocol: other }) => name === target && other !== protocol),
      );
      const [pod] = wrong;
      if (!pod) continue;
      const other = namedPorts(pod).find(({ name }) => name === target)!.protocol;
      yield {
        object: service,
        detail: `port ${portText(port)}`,
        message: `the Service asks for ${protocol} port ${quoted(target)}, but the pods declare that name with ${other}`,
        evidence: [
          evidence(`protocol ${protocol}, targetPort ${quoted(target)}`, service, ["spec", "ports", index]),
          podEvidence(context, pod, `: port ${quoted(target)} has protocol ${other}`, ["spec", "containers"]),
        ],
        change: `set the protocol of the service port to ${other}, or that of the container port to ${protocol}`,
      };
    }
  },
};
