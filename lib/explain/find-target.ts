/** What the word after `explain` means. */
import type { Cluster } from "../cluster/types.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { KubeObject, Pod, Service } from "../kube/types.js";
import { canonicalIP, parseIP } from "../net/ip.js";
import { nearest } from "../util/nearest.js";
import { chainPurpose } from "./chain-purpose.js";

export type Target =
  | { readonly kind: "service"; readonly service: Service }
  | { readonly kind: "pod"; readonly pod: Pod }
  | { readonly kind: "address"; readonly address: string; readonly port?: number; readonly protocol?: string }
  | { readonly kind: "chain"; readonly name: string };

export interface NotFound {
  readonly kind: "not-found";
  readonly message: string;
  readonly note: string;
}

const PROTOCOLS = new Set(["tcp", "udp", "sctp"]);
const SERVICE_KINDS = new Set(["service", "services", "svc"]);
const POD_KINDS = new Set(["pod", "pods", "po"]);

/** "10.96.0.1:80", "[fd00::1]:80/udp", "tcp 10.96.0.1:80", "10.96.0.1", "*:30080"; undefined when it is none of them. */
export function parseAddress(
  text: string,
): { readonly address: string; readonly port?: number; readonly protocol?: string } | undefined {
  let rest = text.trim();
  let protocol: string | undefined;
  const word = /^(tcp|udp|sctp) +/i.exec(rest);
  if (word) {
    protocol = word[1]!.toUpperCase();
    rest = rest.slice(word[0].length);
  }
  const slash = rest.lastIndexOf("/");
  if (slash >= 0) {
    const last = rest.slice(slash + 1).toLowerCase();
    if (!PROTOCOLS.has(last)) return undefined;
    protocol = last.toUpperCase();
    rest = rest.slice(0, slash);
  }
  const of = (address: string, port?: string) => {
    const ip = parseIP(address);
    const number = port === undefined ? undefined : Number(port);
    if (!ip || (number !== undefined && !(number >= 1 && number <= 65535))) return undefined;
    return { address: ip.text, ...(number !== undefined && { port: number }), ...(protocol && { protocol }) };
  };
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(rest);
  if (bracketed) return of(bracketed[1]!, bracketed[2]);
  const plain = /^([0-9.]+):(\d{1,5})$/.exec(rest);
  return plain ? of(plain[1]!, plain[2]) : of(rest);
}

/** Whether the text has the form of a chain's name or of a hash in one. */
function looksLikeChain(text: string): boolean {
  return (
    /^KUBE-[A-Z0-9-]+$/.test(text) ||
    /^[A-Z2-7]{16}$/.test(text) ||
    /^[A-Z2-7]{8}$/.test(text) ||
    /^(service|local|external|firewall|endpoint|affinity)-[A-Z2-7]{8}-/.test(text) ||
    (chainPurpose(text) !== undefined &&
      /^(?!(service|local|external|firewall|endpoint|affinity)-)[A-Za-z0-9_-]+$/.test(text))
  );
}

/** `namespace`: of names without one. */
export function findTarget(text: string, cluster: Cluster, namespace = "default"): Target | NotFound {
  const chainWord = /^chain\/(.+)$/.exec(text);
  if (chainWord) return { kind: "chain", name: chainWord[1]! };
  const address = parseAddress(text);
  if (address) return { kind: "address", ...address };
  const parts = text.split("/");
  const exact = parts.length === 2 ? parts : [namespace, text];
  const service = cluster.services.find(isNamed(exact[0]!, exact[1]!));
  if (service) return { kind: "service", service };
  if (looksLikeChain(text)) return { kind: "chain", name: text };
  const kindWord = parts.length > 1 ? parts[0]!.toLowerCase() : "";
  const isService = SERVICE_KINDS.has(kindWord);
  const isPod = POD_KINDS.has(kindWord);
  const named = isService || isPod ? parts.slice(1) : parts;
  const [space, name] = named.length === 2 ? (named as [string, string]) : [undefined, named[0] ?? ""];
  if (named.length > 2 || name === "") return notFound(text, cluster);
  if (!isPod) {
    const found = pick(cluster.services, space, name, namespace);
    if (found.length === 1) return { kind: "service", service: found[0]! };
    if (found.length > 1) return severalNamed("Service", name, found);
  }
  if (!isService) {
    const found = pick(cluster.pods, space, name, namespace);
    if (found.length === 1) return { kind: "pod", pod: found[0]! };
    if (found.length > 1) return severalNamed("Pod", name, found);
  }
  return notFound(text, cluster);
}

function isNamed(namespace: string, name: string): (object: KubeObject) => boolean {
  return ({ metadata }) => metadata.name === name && (metadata.namespace ?? "default") === namespace;
}

/** In the namespace named; else in the usual one, else wherever it is. */
function pick<T extends KubeObject>(
  objects: readonly T[],
  space: string | undefined,
  name: string,
  usual: string,
): T[] {
  if (space !== undefined) return objects.filter(isNamed(space, name));
  const all = objects.filter(({ metadata }) => metadata.name === name);
  const own = all.filter(({ metadata }) => (metadata.namespace ?? "default") === usual);
  return own.length > 0 ? own : all;
}

function fullName({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? "default"}/${metadata.name}`;
}

function severalNamed(kind: string, name: string, found: readonly KubeObject[]): NotFound {
  const names = found.slice(0, 5).map(fullName);
  return {
    kind: "not-found",
    message: `several namespaces have a ${kind} "${name}"`,
    note: `say which: ${names.join(", ")}${found.length > 5 ? ", ..." : ""}`,
  };
}

function notFound(text: string, cluster: Cluster): NotFound {
  const names = [...cluster.services.map(fullName), ...cluster.pods.map(fullName)];
  const bare = text.split("/").at(-1)!;
  const near =
    nearest(text, names) ??
    names.find((name) => name.endsWith(`/${bare}`)) ??
    nearBare(bare, [...cluster.services, ...cluster.pods]);
  return {
    kind: "not-found",
    message: `the input holds no Service or Pod "${text}"`,
    note: near
      ? `did you mean ${near}?`
      : "name a Service or Pod as NAMESPACE/NAME, an address as IP:PORT, or a chain such as KUBE-SVC-...",
  };
}

function nearBare(bare: string, objects: readonly KubeObject[]): string | undefined {
  const near = nearest(
    bare,
    objects.map(({ metadata }) => metadata.name),
  );
  const found = near === undefined ? undefined : objects.find(({ metadata }) => metadata.name === near);
  return found && fullName(found);
}

/** The Services that may send to the pod: by selector, or by an EndpointSlice that lists it. */
export function servicesOfPod(pod: Pod, cluster: Cluster): Service[] {
  const namespace = pod.metadata.namespace ?? "default";
  // Pods of the host's network share its address.
  const addresses = new Set(
    pod.spec.hostNetwork
      ? []
      : [pod.status?.podIP, ...(pod.status?.podIPs ?? []).map(({ ip }) => ip)].flatMap((ip) =>
          ip ? (canonicalIP(ip) ?? ip) : [],
        ),
  );
  const listed = new Set<string>();
  for (const slice of cluster.endpointSlices) {
    const { metadata } = slice;
    const service = metadata.labels?.["kubernetes.io/service-name"];
    if (!service) continue;
    const isOwn = (metadata.namespace ?? "default") === namespace;
    for (const { targetRef, addresses: texts } of sliceEndpoints(slice))
      if (
        (isOwn && targetRef?.kind === "Pod" && targetRef.name === pod.metadata.name) ||
        texts?.some((text) => addresses.has(text))
      )
        listed.add(`${metadata.namespace ?? "default"}/${service}`);
  }
  return cluster.services.filter((service) => {
    if (listed.has(fullName(service))) return true;
    const pairs = Object.entries(service.spec.selector ?? {});
    return (
      pairs.length > 0 &&
      (service.metadata.namespace ?? "default") === namespace &&
      service.spec.type !== "ExternalName" &&
      pairs.every(([key, value]) => pod.metadata.labels?.[key] === value)
    );
  });
}
