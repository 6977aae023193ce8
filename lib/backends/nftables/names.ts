/** Names of kube-proxy's nftables objects. */
import type { Endpoint } from "../../endpoints/types.js";
import type { ServicePort } from "../../services/types.js";
import { sha256Rank, textOfRank } from "../../util/sha256-base32.js";

export const TABLE = "kube-proxy";
export const MARK_FOR_MASQUERADE = "mark-for-masquerade";
export const MASQUERADING = "masquerading";
export const SERVICES = "services";
export const REJECT = "reject-chain";
export const FIREWALL_CHECK = "firewall-check";
export const CLUSTER_IPS_CHECK = "cluster-ips-check";
export const SERVICE_ENDPOINTS_CHECK = "service-endpoints-check";
export const NODEPORT_ENDPOINTS_CHECK = "nodeport-endpoints-check";

export const CLUSTER_IPS = "cluster-ips";
export const NODEPORT_IPS = "nodeport-ips";
export const HAIRPIN_CONNECTIONS = "hairpin-connections";
export const SERVICE_IPS = "service-ips";
export const SERVICE_NODEPORTS = "service-nodeports";
export const FIREWALL_IPS = "firewall-ips";
export const NO_ENDPOINT_SERVICES = "no-endpoint-services";
export const NO_ENDPOINT_NODEPORTS = "no-endpoint-nodeports";
export const LOCALHOST_NODEPORT_REJECT_PORTS = "localhost-nodeport-reject-ports";

/** What names of endpoint chains begin with, and no other. */
export const ENDPOINT_PREFIX = "endpoint-";
/** What names of sets of clients begin with. */
export const AFFINITY_PREFIX = "affinity-";

/** The chain that counts and rejects node ports of a protocol on loopback addresses. */
export const localhostRejectChain = (protocol: string): string => `localhost-nodeport-reject-${protocol}`;
/** Its counter. */
export const localhostRejectCounter = (protocol: string): string => `localhost-nodeport-rejected-${protocol}`;

/** Characters kept of a name before its prefix is put in front. */
const NAME_LIMIT = 240;

/** The 8 base32 characters that make a name unique, the text, and at most 240 characters of both. */
function hashedName(text: string, hash: string): string {
  const name = hash + "-" + text;
  return name.length > NAME_LIMIT ? shortened(name) : name;
}

function shortened(name: string): string {
  return `${name.slice(0, NAME_LIMIT - 3)}...`;
}

/** What a service port's names are made of: "ns/name/tcp/portname", the last part empty for an unnamed port. */
export function servicePortPath(port: ServicePort): string {
  return `${port.namespace}/${port.service}/${port.protocol.toLowerCase()}/${port.portName}`;
}

/** What names of the chains of one service port begin with, but for those of its endpoints. */
export const SERVICE_PORT_PREFIXES = ["external-", "firewall-", "local-", "service-"] as const;

/**
 * What follows these prefixes.
 * Shape: "ULMVA6XW-ns1/svc1/tcp/p80". Source: kube-proxy pkg/proxy/nftables, servicePortChainNameBase.
 */
export function serviceNameBase(path: string): string {
  return hashedName(path, textOfRank(sha256Rank(path)));
}

/**
 * What follows "endpoint-" and "affinity-".
 * Shape: "5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80", the colons of an IPv6 address written as dots.
 */
export function endpointNameBase(path: string, { ip, port }: Pick<Endpoint, "ip" | "port">): string {
  return rankedNameBase(endpointRank(path, ip, port), endpointStem(path), ip, port);
}

/** The hash in that name as a number, greater where the name comes later in order. */
export function endpointRank(path: string, ip: string, port: number): number {
  return sha256Rank(path + "__" + dotted(ip) + "/" + port);
}

/** What stands between the hash and the address in all names of a service port's endpoints. */
export function endpointStem(path: string): string {
  return inOnePiece(`-${path}__`);
}

/** The name, its hash made before. */
export function rankedNameBase(rank: number, stem: string, ip: string, port: number): string {
  const name = textOfRank(rank) + stem + dotted(ip) + "/" + port;
  return name.length > NAME_LIMIT ? shortened(name) : name;
}

function dotted(ip: string): string {
  return ip.includes(":") ? ip.replaceAll(":", ".") : ip;
}

/**
 * The same text. V8 keeps a text that was put together as its pieces until a character is asked for; the pieces of
 * 150,000 names would live through several collections.
 */
export function inOnePiece(text: string): string {
  return text.charCodeAt(0) === 0 ? "" : text;
}
