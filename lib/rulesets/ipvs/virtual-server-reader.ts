/** Gathers virtual servers and their real servers while a listing is read. */
import type { AddressAndPort } from "./address-port.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { IPVSProtocol, RealServer, VirtualServer } from "./types.js";

export interface VirtualServerListing {
  readonly virtualServers: readonly VirtualServer[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What identifies a virtual server. */
export function virtualServerKey({
  protocol,
  address,
  port,
}: Pick<VirtualServer, "protocol" | "address" | "port">): string {
  return `${protocol} ${address} ${port}`;
}

export type VirtualServerHead = Omit<VirtualServer, "realServers">;

/** Virtual servers in the order read, each with its real servers in the order read. */
export function createVirtualServerReader() {
  const servers = new Map<string, VirtualServerHead & { readonly realServers: RealServer[] }>();
  return {
    /** False when there is one with its protocol, address and port already. */
    addVirtualServer(head: VirtualServerHead): boolean {
      const key = virtualServerKey(head);
      if (servers.has(key)) return false;
      servers.set(key, { ...head, realServers: [] });
      return true;
    },
    /** False when its virtual server was not read. */
    addRealServer(protocol: IPVSProtocol, service: AddressAndPort, realServer: RealServer): boolean {
      const server = servers.get(virtualServerKey({ protocol, ...service }));
      server?.realServers.push(realServer);
      return server !== undefined;
    },
    virtualServers: (): VirtualServer[] => [...servers.values()],
  };
}
