import { findPodPort, targetPortsOf } from "../../endpoints/target-ports.js";
import type { Pod } from "../../kube/types.js";
import { nearest } from "../../util/nearest.js";
import { quoted } from "../../util/quoted.js";
import { count, evidence, listText, portText } from "../describe.js";
import { podEvidence } from "../pod-evidence.js";
import type { Check } from "../types.js";

/** The named ports of a pod's containers, with those of init containers apart. */
export function namedPorts(pod: Pod): { name: string; protocol: string; sidecar: boolean }[] {
  const of = (containers: Pod["spec"]["containers"], sidecar: boolean) =>
    (containers ?? []).flatMap(({ ports }) =>
      (ports ?? []).flatMap(({ name, protocol }) => (name ? [{ name, protocol: protocol ?? "TCP", sidecar }] : [])),
    );
  const sidecars = pod.spec.initContainers?.filter(({ restartPolicy }) => restartPolicy === "Always");
  return [...of(pod.spec.containers, false), ...of(sidecars, true)];
}

/** True for a name that only an init container has which is no sidecar. */
function hasInitPort({ spec }: Pod, target: string): boolean {
  return (spec.initContainers ?? []).some(
    ({ restartPolicy, ports }) => restartPolicy !== "Always" && ports?.some(({ name }) => name === target),
  );
}

export const namedTargetPortMissing: Check = {
  id: "named-target-port-missing",
  title: "A named targetPort that selected pods do not have",
  severity: "error",
  why: "a pod without a container port of that name is no endpoint of the port and gets no traffic, without any message",
  covers: [32],
  needs: ["services", "pods or workloads"],
  scope: "service",
  *run({ service, pods }, context) {
    const { features } = context;
    if (pods.length === 0) return;
    for (const [index, targetPort] of targetPortsOf(service).entries()) {
      const { target, protocol, port } = targetPort;
      if (typeof target === "number") continue;
      const lacking = pods.filter((pod) => findPodPort(targetPort, pod, features) === undefined);
      if (lacking.length === 0) continue;
      const [pod] = lacking;
      const names = namedPorts(pod!);
      // The same name with another protocol is a finding of its own.
      if (
        lacking.every((p) => namedPorts(p).some(({ name, protocol: other }) => name === target && other !== protocol))
      )
        continue;
      const inSidecar = !features.namedPortsOfSidecars && names.some(({ name, sidecar }) => sidecar && name === target);
      const inInit = hasInitPort(pod!, target);
      const all = lacking.length === pods.length;
      const near = nearest(target, [...new Set(names.map(({ name }) => name))]);
      const hint = inSidecar
        ? "; a sidecar has it, but this release looks at plain containers only"
        : inInit
          ? "; an init container has it, which ends before the pod serves"
          : near !== undefined && near !== target
            ? `; the nearest name there is ${quoted(near)}`
            : "";
      yield {
        object: service,
        detail: `port ${portText(port)}`,
        severity: all ? "error" : "warning",
        message: `${all ? "no selected pod" : `${count(lacking.length, "pod")} of ${pods.length}`} ${all ? "has" : lacking.length === 1 ? "lacks" : "lack"} a ${protocol} container port named ${quoted(target)}${hint}`,
        evidence: [
          evidence(`targetPort ${quoted(target)}`, service, ["spec", "ports", index, "targetPort"]),
          ...lacking.slice(0, 3).map((p) => {
            const own = namedPorts(p).map(({ name, protocol: other }) => `${name} (${other})`);
            return podEvidence(context, p, ` names ${own.length > 0 ? listText(own) : "no port"}`, [
              "spec",
              "containers",
            ]);
          }),
        ],
        change: inSidecar
          ? "use the port's number"
          : inInit
            ? "give the init container restartPolicy: Always, if it is to run beside the others"
            : "name the container port so, or use its number as targetPort",
      };
    }
  },
};
