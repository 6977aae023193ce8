/** IPVS state as data; types only. */
import type { IPFamily } from "../../net/ip.js";

export type IPVSProtocol = "tcp" | "udp" | "sctp";

export interface RealServer {
  readonly address: string;
  readonly port: number;
  readonly forwarding: "masquerade" | "route" | "tunnel" | "local";
  readonly weight: number;
  /** From listings only. */
  readonly activeConnections?: number;
  readonly inactiveConnections?: number;
}

export interface VirtualServer {
  readonly protocol: IPVSProtocol;
  readonly address: string;
  readonly port: number;
  readonly scheduler: string;
  /** Scheduler flags as ipvsadm names them: mh-port, mh-fallback, sh-port, sh-fallback, flag-1.. */
  readonly flags: readonly string[];
  /** Persistence timeout; undefined without persistence. */
  readonly persistenceSeconds: number | undefined;
  readonly realServers: readonly RealServer[];
}

export interface IPSet {
  readonly name: string;
  /** "hash:ip,port", "bitmap:port", ... */
  readonly type: string;
  /** inet or inet6; undefined for bitmap:port. */
  readonly family: "inet" | "inet6" | undefined;
  /** Entries in canonical text: lower-case protocol, canonical addresses, full-length prefixes dropped. */
  readonly entries: readonly string[];
}

export interface IPVSState {
  readonly kind: "ipvs";
  readonly family: IPFamily;
  readonly virtualServers: readonly VirtualServer[];
  readonly sets: readonly IPSet[];
  /** Of kube-ipvs0, without prefix length. */
  readonly addresses: readonly string[];
}
