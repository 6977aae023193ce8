import { targetPortsOf, type TargetPort } from "../../endpoints/target-ports.js";
import { isSidecar } from "../../endpoints/pod-facts.js";
import type { Pod, Service } from "../../kube/types.js";
import { evidence, listText, portText } from "../describe.js";
import { podEvidence } from "../pod-evidence.js";
import type { Check, DoctorContext } from "../types.js";

/** Numbers the pod's containers declare for the protocol. */
function declaredPorts(pod: Pod, protocol: string): number[] {
  const containers = [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? []).filter(isSidecar)];
  return containers.flatMap(({ ports }) =>
    (ports ?? []).filter((port) => (port.protocol ?? "TCP") === protocol).map(({ containerPort }) => containerPort),
  );
}

/** Ports for watching a program, which many leave to a scraper and no Service sends to. */
const WATCHING = /metric|prom|health|probe|admin|debug|mgmt|manage|profil|pprof/i;

/** Declared ports that no Service selecting the pod sends to: what a wrong number was probably meant to be. */
function unusedPorts(pod: Pod, protocol: string, context: DoctorContext): number[] {
  const names = new Map<string, number>();
  for (const { ports } of pod.spec.containers ?? [])
    for (const port of ports ?? []) if (port.name) names.set(port.name, port.containerPort);
  const used = new Set<number | undefined>();
  for (const service of context.servicesOf(pod))
    for (const { target } of targetPortsOf(service)) used.add(typeof target === "number" ? target : names.get(target));
  const watching = new Set(
    (pod.spec.containers ?? []).flatMap(({ ports }) =>
      (ports ?? []).filter(({ name }) => name !== undefined && WATCHING.test(name)).map((port) => port.containerPort),
    ),
  );
  return [...new Set(declaredPorts(pod, protocol))].filter((number) => !used.has(number) && !watching.has(number));
}

type Suspect = readonly [index: number, targetPort: TargetPort];

/** Ports that every pod leaves out while it declares some: declaring ports is optional. */
function suspectsOf(service: Service, pods: readonly Pod[]): Suspect[] {
  return [...targetPortsOf(service).entries()].filter(([, { protocol, target }]) =>
    pods.every((pod) => {
      const declared = declaredPorts(pod, protocol);
      return typeof target === "number" && declared.length > 0 && !declared.includes(target);
    }),
  );
}

function countTargets(suspects: readonly Suspect[], protocol: string): number {
  const own = suspects.filter(([, targetPort]) => targetPort.protocol === protocol);
  return new Set(own.map(([, { target }]) => target)).size;
}

export const targetPortNotDeclared: Check = {
  id: "target-port-not-declared",
  title: "A numeric targetPort that no container declares",
  severity: "warning",
  why: "if nothing listens on the target port, every connection through the Service is refused by the pod",
  covers: [32],
  needs: ["services", "pods or workloads"],
  scope: "service",
  *run({ service, pods }, context) {
    if (pods.length === 0) return;
    const suspects = suspectsOf(service, pods);
    for (const [index, { port, protocol, target }] of suspects) {
      const [pod] = pods;
      const unused = unusedPorts(pod!, protocol, context);
      // A program that listens on more ports than it declares is likelier than two wrong numbers for one right one.
      if (unused.length < countTargets(suspects, protocol)) continue;
      const numbers = listText(unused.map(String));
      const written = port.targetPort !== undefined;
      yield {
        object: service,
        detail: `port ${portText(port)}`,
        message: `port ${port.port} sends to ${protocol} ${target}, which no container of the selected pods declares; they declare ${numbers}, which no Service sends to`,
        evidence: [
          evidence(
            written ? `targetPort ${target}` : `port ${port.port} without targetPort, so the target is ${target}`,
            service,
            ["spec", "ports", index, written ? "targetPort" : "port"],
          ),
          podEvidence(context, pod!, ` declares ${protocol} ${declaredPorts(pod!, protocol).join(", ")}`, [
            "spec",
            "containers",
          ]),
        ],
        change:
          unused.length === 1
            ? `set targetPort to ${unused[0]}, or declare ${target} if the program does listen there`
            : `set targetPort to the port the program listens on`,
      };
    }
  },
};
