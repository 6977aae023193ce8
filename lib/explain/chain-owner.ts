/** Which service port and endpoint a chain belongs to: its hash is computed again for everything in the input. */
import { endpointChainName, hashInput, serviceChainNames } from "../backends/iptables/chain-names.js";
import { endpointNameBase, serviceNameBase, servicePortPath } from "../backends/nftables/names.js";
import type { ServicePortWithEndpoints } from "../backends/input.js";
import type { ServicePort } from "../services/types.js";
import { sha256Base32 } from "../util/sha256-base32.js";
import type { ChainRole } from "./subject.js";

export interface ChainOwner {
  readonly port: ServicePort;
  readonly role: ChainRole;
  /** The whole name, when only a hash was asked for. */
  readonly chain: string;
  /** The endpoint is not one of the service port's any more: told by the chain's own rule. */
  readonly stale?: boolean;
}

const KINDS = ["cluster", "local", "external", "firewall"] as const;
const NFT_PREFIX = { cluster: "service", local: "local", external: "external", firewall: "firewall" } as const;

/**
 * The owner of a chain, or of a hash of 16 (iptables) or 8 (nftables) characters; undefined when none has it.
 * `targets`: what the chain's own rules send to, "ip:port", for endpoints that are gone.
 */
export function findChainOwner(
  name: string,
  ports: Iterable<ServicePortWithEndpoints>,
  targets: readonly string[] = [],
): ChainOwner | undefined {
  const hash = /([A-Z2-7]{16})$/.exec(name)?.[1];
  const isIptables = hash !== undefined && (name === hash || /^KUBE-(SVC|SVL|EXT|FW|XLB|SEP)-/.test(name));
  const nftHash = /^(?:[a-z]+-)?([A-Z2-7]{8})(?:-|$)/.exec(name)?.[1];
  if (!isIptables && nftHash === undefined) return undefined;
  const wantsEndpoint = /^(KUBE-SEP-|endpoint-|affinity-)/.test(name) || name === hash || name === nftHash;
  for (const own of ports) {
    const found = isIptables
      ? ownerInIptables(name, hash, own, wantsEndpoint, targets)
      : ownerInNftables(name, nftHash!, own, wantsEndpoint);
    if (found) return found;
  }
  return undefined;
}

function ownerInIptables(
  name: string,
  hash: string,
  { port, endpoints }: ServicePortWithEndpoints,
  wantsEndpoint: boolean,
  targets: readonly string[],
): ChainOwner | undefined {
  const input = hashInput(port);
  if (!name.startsWith("KUBE-SEP-")) {
    const names = serviceChainNames(input);
    if (names.cluster.endsWith(hash)) {
      const kind = KINDS.find((one) => names[one] === name) ?? "cluster";
      return { port, role: { kind }, chain: name === hash ? names.cluster : name };
    }
  }
  if (!wantsEndpoint) return undefined;
  const owner = (target: string, stale: boolean): ChainOwner | undefined => {
    const chain = endpointChainName(input, target);
    return chain.endsWith(hash)
      ? { port, role: { kind: "endpoint", target }, chain, ...(stale && { stale }) }
      : undefined;
  };
  for (const { target } of endpoints.all) {
    const found = owner(target, false);
    if (found) return found;
  }
  for (const target of targets) {
    const found = owner(target, true);
    if (found) return found;
  }
  return undefined;
}

function ownerInNftables(
  name: string,
  hash: string,
  { port, endpoints }: ServicePortWithEndpoints,
  wantsEndpoint: boolean,
): ChainOwner | undefined {
  const path = servicePortPath(port);
  const base = serviceNameBase(path);
  if (base.startsWith(`${hash}-`)) {
    const kind = KINDS.find((one) => name.startsWith(`${NFT_PREFIX[one]}-`)) ?? "cluster";
    return { port, role: { kind }, chain: name === hash ? `service-${base}` : name };
  }
  if (!wantsEndpoint || (name !== hash && !name.includes(path.slice(0, 200)))) return undefined;
  for (const endpoint of endpoints.all) {
    const own = endpointNameBase(path, endpoint);
    if (!own.startsWith(`${hash}-`)) continue;
    const kind = name.startsWith("affinity-") ? "affinity" : "endpoint";
    return { port, role: { kind, target: endpoint.target }, chain: name === hash ? `endpoint-${own}` : name };
  }
  return undefined;
}

export interface NameInChain {
  /** "ns/service" or "ns/service:port". */
  readonly name: string;
  readonly protocol: string;
  readonly target?: string;
  /** The hash in the name is the one of the name. */
  readonly isHashRight: boolean;
}

/** What a chain of nftables mode says in its name, for services that are not in the input. */
export function nameInChain(chain: string): NameInChain | undefined {
  const match =
    /^(?:service|local|external|firewall|endpoint|affinity)-([A-Z2-7]{8})-(([^/]+)\/([^/]+)\/(tcp|udp|sctp)\/([^/_]*)(?:__([0-9a-f.]+)\/(\d+))?)$/.exec(
      chain,
    );
  if (!match) return undefined;
  const [, hash, text, namespace, service, protocol, portName, ip, port] = match;
  const address = ip !== undefined && ip.split(".").length !== 4 ? `[${ip.replaceAll(".", ":")}]` : ip;
  return {
    name: `${namespace}/${service}${portName ? `:${portName}` : ""}`,
    protocol: protocol!.toUpperCase(),
    ...(address !== undefined && { target: `${address}:${port}` }),
    isHashRight: sha256Base32(text!).startsWith(hash!),
  };
}

/** A service port that rules name in comments, with its hash computed again; for captures without manifests. */
export function nameInComments(
  chain: string,
  comments: Iterable<string>,
  targets: readonly string[],
): NameInChain | undefined {
  const hash = /^KUBE-(?:SVC|SVL|EXT|FW|SEP)-([A-Z2-7]{16})$/.exec(chain)?.[1];
  if (hash === undefined) return undefined;
  const names = new Set<string>();
  for (const comment of comments)
    for (const word of comment.split(" ")) if (/^[a-z0-9-]+\/[a-z0-9.-]+(:[a-z0-9-]+)?$/.test(word)) names.add(word);
  for (const name of names)
    for (const protocol of ["tcp", "udp", "sctp"]) {
      const of = (target?: string): NameInChain => ({
        name,
        protocol: protocol.toUpperCase(),
        ...(target !== undefined && { target }),
        isHashRight: true,
      });
      if (!chain.startsWith("KUBE-SEP-")) {
        if (sha256Base32(name + protocol) === hash) return of();
        continue;
      }
      for (const target of targets) if (sha256Base32(name + protocol + target) === hash) return of(target);
    }
  return undefined;
}
