/** What surprises people about a service port, said where it applies. */
import { onSince, sinceRelease } from "../config/feature-releases.js";
import type { BackendInput, ServicePortWithEndpoints } from "../backends/input.js";
import { nodePortAddressesOf } from "../backends/node-port-addresses.js";
import type { ProxyMode } from "../config/proxy-config.js";
import type { Service } from "../kube/types.js";
import type { ServicePort } from "../services/types.js";
import { SERVED_IN_USERSPACE } from "./userspace-node-port.js";
import { plural } from "./word-context.js";

/** Sentences on affinity, load-balancer addresses, source ranges, policies and node ports. */
export function servicePortNotes(
  { port, endpoints }: ServicePortWithEndpoints,
  service: Service,
  input: BackendInput,
): string[] {
  const { config, features } = input;
  const { mode } = config;
  const notes: string[] = [];
  if (!endpoints.hasAny) notes.push(noEndpointNote(endpoints.all.length));
  else if (endpoints.cluster.length > 0 && endpoints.cluster.every(({ ready }) => !ready))
    notes.push("No endpoint is ready; terminating ones that still serve take the traffic until they are gone.");
  if (port.affinitySeconds !== undefined) {
    const several = (service.spec.ports?.length ?? 0) > 1;
    notes.push(
      `Session affinity is kept for each service port by itself, on each node by itself: ` +
        `${several ? "a client that uses two ports may reach two different pods; " : ""}` +
        `it ends ${port.affinitySeconds} s after the client's last new connection.`,
    );
    if (mode === "ipvs") notes.push("In IPVS mode affinity is kept for each address of the service by itself.");
  }
  if (port.loadBalancerVIPs.length > 0 && endpoints.hasAny)
    notes.push(
      `Packets of pods and of the node to ${port.loadBalancerVIPs.join(", ")} never reach the load balancer: ` +
        "they are sent to the endpoints here, so PROXY protocol, TLS or rate limits of the load balancer are passed by. " +
        (features.loadBalancerIPMode
          ? "ipMode: Proxy in status.loadBalancer.ingress changes that."
          : `Releases with ipMode (${onSince("loadBalancerIPMode")} and newer) can change that.`),
    );
  const proxied = (service.status?.loadBalancer?.ingress ?? []).filter(({ ip, ipMode }) => ip && ipMode === "Proxy");
  if (proxied.length > 0 && features.loadBalancerIPMode)
    notes.push(
      `Load-balancer addresses ${proxied.map(({ ip }) => ip).join(", ")} have ipMode: Proxy, so packets go out to the load balancer.`,
    );
  if (port.sourceRanges.length > 0 && port.nodePort !== 0)
    notes.push(
      `Source ranges hold for the load-balancer addresses alone: node port ${port.nodePort}` +
        `${port.externalIPs.length > 0 ? " and the external IPs are" : " is"} open to everyone.`,
    );
  if (endpoints.hasAny) notes.push(...localPolicyNotes({ port, endpoints }, mode));
  if (port.nodePort !== 0 && mode === "nftables") notes.push(...nodePortNotes(port, input));
  return notes;
}

function noEndpointNote(unready: number): string {
  if (unready === 0) return "It has no endpoints: clients are refused.";
  if (unready === 1) return "Its only endpoint is not ready: clients are refused.";
  return `None of its ${unready} endpoints is ready: clients are refused.`;
}

/** Of a port that has endpoints somewhere. */
function localPolicyNotes({ port, endpoints }: ServicePortWithEndpoints, mode: ProxyMode): string[] {
  const { local, cluster } = endpoints;
  const none = (policy: string, fate: string) =>
    `${policy} is Local and no endpoint is on this node: ` +
    // An IPVS virtual server takes all endpoints then, where there is a way in from outside; else it has none.
    (mode !== "ipvs"
      ? fate
      : cluster.length > 0
        ? "in IPVS mode it falls back to the others."
        : "clients are refused.");
  const here = `the ${plural(local.length, "endpoint")} on this node`;
  const notes: string[] = [];
  if (port.externallyAccessible && port.externalPolicyLocal)
    notes.push(
      local.length === 0
        ? none("externalTrafficPolicy", "traffic from outside is dropped here.")
        : `externalTrafficPolicy is Local: traffic from outside goes to ${here} and keeps its source.`,
    );
  if (port.internalPolicyLocal)
    notes.push(
      local.length === 0
        ? none("internalTrafficPolicy", "clients here wait for an answer that does not come.")
        : `internalTrafficPolicy is Local: clients here reach ${here} only.`,
    );
  return notes;
}

/** Where node ports are open in nftables mode, and what becomes of them on loopback. */
function nodePortNotes({ protocol }: ServicePort, input: BackendInput): string[] {
  const isPrimary = input.config.nodePortAddresses.length === 0;
  const { namesLoopback } = nodePortAddressesOf(input, true);
  const open = isPrimary ? "In nftables mode node ports are open on the node's primary address alone" : undefined;
  if (!input.features.nftLocalhostNodePorts) {
    if (open !== undefined) return [`${open}, and never on loopback.`];
    return namesLoopback ? ["In nftables mode node ports are never open on loopback, whatever ranges are given."] : [];
  }
  const fate = protocol === "TCP" && namesLoopback ? SERVED_IN_USERSPACE : "rejected";
  return [...(open === undefined ? [] : [`${open}.`]), `On loopback its node port is ${fate}.`];
}

/** What a client can do with a Service that has no rules. */
export function insteadOfRules(service: Service, kind: string): string {
  const { metadata } = service;
  const name = `${metadata.name}.${metadata.namespace ?? "default"}.svc`;
  switch (kind) {
    case "headless":
      return `DNS answers ${name} with the addresses of its endpoints; clients connect to them directly.`;
    case "external-name":
      return `DNS answers ${name} with a CNAME to ${service.spec.externalName ?? "?"}.`;
    case "other-proxy":
      return "The proxy named by the label has to program it.";
    case "labelled-headless":
      return `The controllers set this label on headless Services only; kube-proxy before ${sinceRelease("ignoresServicesLabelledHeadless")} goes by it.`;
    case "no-cluster-ip":
      return "The API server gives every other Service a cluster IP: this one was written by hand, or not admitted.";
    case "other-family":
      return "spec.ipFamilies and spec.clusterIPs decide in which families it is served.";
    default:
      return "";
  }
}
