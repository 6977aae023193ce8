/** Names of kube-proxy's nftables chains, sets and maps, which hold a service port and a hash of it. */
import { endpointNameBase, serviceNameBase } from "../backends/nftables/names.js";
import type { Endpoint } from "../endpoints/types.js";
import type { Rename } from "./chain-map.js";

/** "service-ULMVA6XW-ns1/svc1/tcp/p80", "endpoint-5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80". */
export const NFT_NAME =
  /\b(?<kind>service|local|external|firewall|endpoint|affinity)-(?<hash>[A-Z2-7]{8})-(?<path>[a-z0-9][a-z0-9.-]*\/[a-z0-9.-]+\/(?:tcp|udp|sctp)\/[a-z0-9-]*)(?:__(?<ip>[0-9a-f.]+)\/(?<port>\d+))?/g;

interface Parts {
  readonly kind: string;
  readonly hash: string;
  readonly path: string;
  readonly ip?: string;
  readonly port?: string;
}

/** The name with its parts replaced and its hash made anew; a hash that was wrong stays wrong. */
export function renameNftName(groups: Record<string, string | undefined>, rename: Rename): string {
  const { kind, hash, path, ip, port } = groups as unknown as Parts;
  const made = (name: Rename): string => {
    const own = path.split("/").map((part, i) => (i === 2 ? part : name(part)));
    if (ip === undefined) return serviceNameBase(own.join("/"));
    const address = /^\d+\.\d+\.\d+\.\d+$/.test(ip) ? ip : ip.replaceAll(".", ":");
    return endpointNameBase(own.join("/"), { ip: name(address), port: Number(port) } as Endpoint);
  };
  const before = made((text) => text);
  const after = made(rename);
  return before.startsWith(hash) ? `${kind}-${after}` : `${kind}-${"A".repeat(8)}${after.slice(8)}`;
}
