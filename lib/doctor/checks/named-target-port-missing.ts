import { isSidecar } from "../../endpoints/pod-facts.js";
import { findPodPort, targetPortsOf } from "../../endpoints/target-ports.js";
import type { Features } from "../../config/features.js";
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
  const sidecars = pod.spec.initContainers?.filter(isSidecar);
  return [...of(pod.spec.containers, false), ...of(sidecars, true)];
}

/** True for a name that only an init container has which is no sidecar. */
function hasInitPort({ spec }: Pod, target: string): boolean {
  const others = (spec.initContainers ?? []).filter((container) => !isSidecar(container));
  return others.some(({ ports }) => ports?.some(({ name }) => name === target));
}

/** Where the name stands instead, as the message ends, and what to change. */
function adviceFor(target: string, pod: Pod, { namedPortsOfSidecars }: Features): { hint: string; change: string } {
  const names = namedPorts(pod);
  if (!namedPortsOfSidecars && names.some(({ name, sidecar }) => sidecar && name === target))
    return {
      hint: "; a sidecar has it, but this release looks at plain containers only",
      change: "use the port's number",
    };
  if (hasInitPort(pod, target))
    return {
      hint: "; an init container has it, which ends before the pod serves",
      change: "give the init container restartPolicy: Always, if it is to run beside the others",
    };
  const near = nearest(target, [...new Set(names.map(({ name }) => name))]);
  return {
    hint: near !== undefined && near !== target ? `; the nearest name there is ${quoted(near)}` : "",
    change: "name the container port so, or use its number as targetPort",
  };
}

/** "no selected pod has", "1 pod of 3 lacks". */
function whoLacks(lacking: readonly Pod[], pods: readonly Pod[]): string {
  if (lacking.length === pods.length) return "no selected pod has";
  return `${count(lacking.length, "pod")} of ${pods.length} ${lacking.length === 1 ? "lacks" : "lack"}`;
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
      // The same name with another protocol is a finding of its own.
      if (
        lacking.every((p) => namedPorts(p).some(({ name, protocol: other }) => name === target && other !== protocol))
      )
        continue;
      const { hint, change } = adviceFor(target, pod!, features);
      yield {
        object: service,
        detail: `port ${portText(port)}`,
        severity: lacking.length === pods.length ? "error" : "warning",
        message: `${whoLacks(lacking, pods)} a ${protocol} container port named ${quoted(target)}${hint}`,
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
        change,
      };
    }
  },
};
