/** Who sends the packet and where it goes, from the words after --from and --to. */
import type { Cluster } from "../../cluster/types.js";
import type { KubeObject, Node, Pod, Service } from "../../kube/types.js";
import { canonicalIP, familyOfIP, parseIP, type IPFamily } from "../../net/ip.js";
import { nearest } from "../../util/nearest.js";
import { podIPsOf } from "../../endpoints/pod-facts.js";
import { parseAddress, type NotFound } from "../find-target.js";

export type Sender =
  | { readonly kind: "pod"; readonly pod: Pod }
  | { readonly kind: "node"; readonly node: Node }
  | { readonly kind: "ip"; readonly ip: string }
  | { readonly kind: "outside" };

export type Receiver =
  | { readonly kind: "address"; readonly address: string; readonly port: number; readonly protocol: string | undefined }
  | { readonly kind: "service"; readonly service: Service; readonly portIndex: number };

function fullName({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? "default"}/${metadata.name}`;
}

function missing(option: string, text: string, what: string, names: readonly string[], note: string): NotFound {
  const bare = text.split("/").at(-1)!;
  const bareNames = names.map((name) => name.split("/").at(-1)!);
  const likely = nearest(bare, bareNames);
  const near = nearest(text, names) ?? (likely === undefined ? undefined : names[bareNames.indexOf(likely)]);
  return {
    kind: "not-found",
    message: `--${option} ${text}: the input holds no ${what} of that name`,
    note: near === undefined ? note : `did you mean ${near}?`,
  };
}

/** A pod, an address, a node, or "outside". */
export function findSender(text: string, cluster: Cluster, namespace = "default"): Sender | NotFound {
  if (text === "outside") return { kind: "outside" };
  const ip = parseIP(text.replace(/^\[|\]$/g, ""));
  if (ip) return { kind: "ip", ip: ip.text };
  const word = /^(pods?|po|nodes?|no)\/(.+)$/.exec(text);
  const exact = cluster.pods.find((pod) => fullName(pod) === text);
  if (exact) return { kind: "pod", pod: exact };
  const kind = word?.[1]?.[0];
  const name = word ? word[2]! : text;
  if (kind !== "p") {
    const node = cluster.nodes.find(({ metadata }) => metadata.name === name);
    if (node) return { kind: "node", node };
  }
  if (kind !== "n") {
    const found = name.includes("/")
      ? cluster.pods.filter((pod) => fullName(pod) === name)
      : cluster.pods.filter(({ metadata }) => metadata.name === name);
    const own = found.filter(({ metadata }) => (metadata.namespace ?? "default") === namespace);
    const [pod, other] = own.length > 0 ? own : found;
    if (pod && !other) return { kind: "pod", pod };
    if (pod)
      return {
        kind: "not-found",
        message: `--from ${text}: several namespaces have a pod of that name`,
        note: `say which: ${found.slice(0, 5).map(fullName).join(", ")}`,
      };
  }
  return missing(
    "from",
    text,
    "pod or node",
    [...cluster.pods.map(fullName), ...cluster.nodes.map(({ metadata }) => metadata.name)],
    "name a pod as NAMESPACE/NAME, a node, an IP address, or outside",
  );
}

interface NamedServicePort {
  readonly namespace?: string;
  readonly name: string;
  /** Number or name. */
  readonly port?: string;
  readonly protocol?: string;
}

const SERVICE_PORT =
  /^(?:(?:svc|services?)\/)?(?:(?<namespace>[^/:]+)\/)?(?<name>[^/:]+)(?::(?<port>[^/:]+))?(?:\/(?<protocol>tcp|udp|sctp))?$/i;

/** The parts of "[NS/]SERVICE[:PORT][/udp]"; undefined when it is not that. */
export function parseServicePort(text: string): NamedServicePort | undefined {
  return SERVICE_PORT.exec(text)?.groups as unknown as NamedServicePort | undefined;
}

/** "IP:PORT[/udp]" or "[NS/]SERVICE:PORT[/udp]", the port by number or name. */
export function findReceiver(text: string, cluster: Cluster, namespace = "default"): Receiver | NotFound {
  const address = parseAddress(text);
  if (address)
    return address.port === undefined
      ? { kind: "not-found", message: `--to ${text}: the port is missing`, note: "write IP:PORT or IP:PORT/udp" }
      : { kind: "address", address: address.address, port: address.port, protocol: address.protocol };
  const match = parseServicePort(text);
  if (!match)
    return {
      kind: "not-found",
      message: `--to ${text}: not an address or service`,
      note: "write IP:PORT[/udp] or NAMESPACE/SERVICE:PORT",
    };
  const { namespace: space, name, port } = match;
  const protocol = match.protocol?.toUpperCase();
  const all = cluster.services.filter(
    ({ metadata }) => metadata.name === name && (space === undefined || (metadata.namespace ?? "default") === space),
  );
  const own = all.filter(({ metadata }) => (metadata.namespace ?? "default") === (space ?? namespace));
  const [service, other] = own.length > 0 ? own : all;
  const named = `${space === undefined ? "" : `${space}/`}${name}`;
  if (!service)
    return missing(
      "to",
      named,
      "Service",
      cluster.services.map(fullName),
      "write IP:PORT[/udp] or NAMESPACE/SERVICE:PORT",
    );
  if (other)
    return {
      kind: "not-found",
      message: `--to ${text}: several namespaces have a Service of that name`,
      note: `say which: ${all.slice(0, 5).map(fullName).join(", ")}`,
    };
  const ports = service.spec.ports ?? [];
  const isAsked = ({ protocol: own = "TCP" }: { protocol?: string }) => protocol === undefined || own === protocol;
  const chosen = ports.flatMap((one, index) =>
    isAsked(one) && (port === undefined || one.name === port || String(one.port) === port) ? [index] : [],
  );
  const byNodePort = ports.findIndex((one) => isAsked(one) && String(one.nodePort) === port);
  const portIndex = chosen[0] ?? (byNodePort < 0 ? undefined : byNodePort);
  if (portIndex === undefined || (port === undefined && chosen.length > 1)) {
    const names = ports.map(
      (one) => `${one.name === undefined ? "" : `${one.name} `}${one.port}/${one.protocol ?? "TCP"}`,
    );
    return {
      kind: "not-found",
      message: `--to ${text}: ${port === undefined ? "say which port" : `Service ${fullName(service)} has no port ${port}`}`,
      note: ports.length === 0 ? "the Service has no ports" : `its ports: ${names.join(", ")}`,
    };
  }
  return { kind: "service", service, portIndex };
}

/** The pod's address in the family. */
export function podAddress(pod: Pod, family: IPFamily | undefined): string | undefined {
  const ips = podIPsOf(pod).flatMap((ip) => canonicalIP(ip) ?? []);
  return ips.find((ip) => family === undefined || familyOfIP(ip) === family);
}

/** The node's address in the family, InternalIP first. */
export function nodeAddress(node: Node, family: IPFamily | undefined): string | undefined {
  const all = node.status?.addresses ?? [];
  const sorted = [...all.filter(({ type }) => type === "InternalIP"), ...all];
  const ips = sorted.flatMap(({ address }) => canonicalIP(address) ?? []);
  return ips.find((ip) => family === undefined || familyOfIP(ip) === family);
}
