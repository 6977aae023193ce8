/** Gathers virtual servers and their real servers while a listing is read. */
import type { AddressAndPort } from "./address-port.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { ListedServer, type RealServerLines } from "./listed-server.js";
import type { IPVSProtocol, RealServer, VirtualServer } from "./types.js";

export interface VirtualServerListing {
  readonly virtualServers: readonly VirtualServer[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Several times what the largest clusters have; more would take gigabytes. */
export const MOST_VIRTUAL_SERVERS = 300_000;
const MOST_REAL_SERVERS = 3_000_000;

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
  const servers = new Map<string, ListedServer>();
  /** The one that the last real server went to: most follow one another. */
  let current: ListedServer | undefined;
  /** The one that the last line was about, where it was not listed before. */
  let latest: ListedServer | undefined;
  /** Listed again, so that real servers may be too. */
  const repeated = new Set<ListedServer>();
  let realServers = 0;
  const isFull = () => servers.size > MOST_VIRTUAL_SERVERS || realServers > MOST_REAL_SERVERS;
  return {
    /**
     * False when another one with its protocol, address and port was read. The same one again is no mistake: the
     * kernel may repeat some when its table changes while it is listed.
     */
    addVirtualServer(head: VirtualServerHead): boolean {
      latest = undefined;
      if (isFull()) return true;
      const key = virtualServerKey(head);
      const earlier = servers.get(key);
      if (!earlier) servers.set(key, (latest = new ListedServer(head)));
      else if (sameAttributes(earlier, head)) repeated.add(earlier);
      else return false;
      return true;
    },
    /** Adds lines about the virtual server just added, where that is a new one; else false. */
    addRealServerLines(lines: RealServerLines): boolean {
      if (!latest) return false;
      realServers += lines.count;
      latest.take(lines);
      latest = undefined;
      return true;
    },
    /** False when its virtual server was not read. */
    addRealServer(protocol: IPVSProtocol, service: AddressAndPort, realServer: RealServer): boolean {
      latest = undefined;
      if (isFull()) return true;
      realServers++;
      const isSame =
        current?.port === service.port && current.address === service.address && current.protocol === protocol;
      const server = isSame
        ? current
        : servers.get(virtualServerKey({ protocol, address: service.address, port: service.port }));
      if (!server) return false;
      current = server;
      const isRepeated =
        repeated.has(server) &&
        server.realServers.some((s) => s.address === realServer.address && s.port === realServer.port);
      if (!isRepeated) server.realServers.push(realServer);
      return true;
    },
    /** What was read; of a listing that is too long nothing. `said`: of its lines. */
    finish(file: string, said: readonly Diagnostic[]): VirtualServerListing {
      if (!isFull()) return { virtualServers: [...servers.values()], diagnostics: said };
      const tooLong: Diagnostic = {
        code: "capture-incomplete",
        severity: "error",
        message: `more than ${MOST_VIRTUAL_SERVERS} virtual servers, or ${MOST_REAL_SERVERS} real servers, in one listing`,
        at: { file },
        notes: ["nothing of the listing is compared: no kube-proxy makes as many"],
      };
      return { virtualServers: [], diagnostics: [...said, tooLong] };
    },
  };
}

/** Whether scheduler, flags and persistence are the same. */
export function sameAttributes(a: VirtualServerHead, b: VirtualServerHead): boolean {
  return (
    a.scheduler === b.scheduler &&
    a.flags.join() === b.flags.join() &&
    a.persistenceSeconds === b.persistenceSeconds &&
    a.persistenceMask === b.persistenceMask &&
    a.persistenceEngine === b.persistenceEngine &&
    !a.onePacket === !b.onePacket
  );
}
