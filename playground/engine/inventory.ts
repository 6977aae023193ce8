import { asked } from "./asked.js";
import type { Inventory, Setup } from "./protocol.js";

/** What there is to choose from: nodes, service ports, pods. */
export function inventory(setup: Setup): Inventory {
  const { sources, options } = asked(setup);
  const { cluster } = options.load(sources, { kubeVersion: options.kubeVersion, keepValid: true });
  const fullName = ({ metadata }: { readonly metadata: { readonly name: string; readonly namespace?: string } }) =>
    `${metadata.namespace ?? "default"}/${metadata.name}`;
  // Who has no address sends nothing.
  const pods = cluster.pods.filter(({ status }) => status?.podIP !== undefined).map(fullName);
  return {
    nodes: cluster.nodes.map(({ metadata }) => metadata.name),
    services: cluster.services.map(fullName),
    servicePorts: cluster.services
      .filter(({ spec }) => spec.type !== "ExternalName" && spec.clusterIP !== "None")
      .flatMap((service) => (service.spec.ports ?? []).map(({ port, name }) => `${fullName(service)}:${name ?? port}`)),
    pods,
    namespaces: [
      ...new Set([...cluster.services, ...cluster.pods].map(({ metadata }) => metadata.namespace ?? "default")),
    ].sort(),
  };
}
