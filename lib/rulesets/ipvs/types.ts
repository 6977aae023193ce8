/** IPVS state as data; types only. Nothing here knows Kubernetes. */
import type { IPFamily } from "../../net/ip.js";

export type IPVSProtocol = "tcp" | "udp" | "sctp";

/** What made an object: for explain, the JSON format and the diff; outside equality. */
export interface ObjectOrigin {
  /** e.g. a ServicePortName. */
  readonly label: string;
  /** The writer's word for the purpose, e.g. "cluster-ip". */
  readonly role?: string;
  /** Opaque to this folder: the backend's reference to the object behind it. */
  readonly ref?: unknown;
}

/** Where a listing says it; outside equality. */
export interface ListingPlace {
  readonly file: string;
  readonly line: number;
}

export type Forwarding = "masquerade" | "route" | "tunnel" | "local";

export interface RealServer {
  readonly address: string;
  readonly port: number;
  readonly forwarding: Forwarding;
  readonly weight: number;
  /** Connections past which it gets no more; undefined without a limit, and where the listing does not tell. */
  readonly mostConnections?: number;
  /** From listings only. */
  readonly activeConnections?: number;
  readonly inactiveConnections?: number;
  readonly at?: ListingPlace;
}

/** "attributes": scheduler, flags and persistence. "weight", "forwarding": of the real servers. */
export type ListingField = "attributes" | "weight" | "forwarding";

export interface VirtualServer {
  readonly protocol: IPVSProtocol;
  readonly address: string;
  readonly port: number;
  readonly scheduler: string;
  /** Scheduler flags as ipvsadm names them: mh-port, mh-fallback, sh-port, sh-fallback, flag-1.. */
  readonly flags: readonly string[];
  /** Persistence timeout; undefined without persistence. */
  readonly persistenceSeconds: number | undefined;
  /** Mask of persistence when it is not the host mask: dotted for IPv4, a prefix length for IPv6. */
  readonly persistenceMask?: string;
  readonly persistenceEngine?: string;
  /** One-packet scheduling. */
  readonly onePacket?: boolean;
  readonly realServers: readonly RealServer[];
  /** What the listing it was read from does not tell; the fields then hold nothing that counts. */
  readonly fieldsNotListed?: readonly ListingField[];
  readonly origin?: ObjectOrigin;
  readonly at?: ListingPlace;
}

export interface IPSetEntry {
  /** As written or listed; `canonicalEntry` makes two spellings comparable. */
  readonly text: string;
  readonly origin?: ObjectOrigin;
  readonly at?: ListingPlace;
  /** The listing ends in it, without an end of line: it may be the beginning of a longer one. */
  readonly isOpen?: boolean;
}

/** Options of a set that change what it can hold or match. Source: ipset(8). */
export interface SetLimits {
  /** First and last port of a bitmap:port. */
  readonly range?: readonly [number, number];
  /** Most entries of a hash. */
  readonly maxelem?: number;
  /** Seconds after which an entry is gone. */
  readonly timeout?: number;
  /** Bits of an address that count, as written. */
  readonly netmask?: string;
}

export interface IPSet {
  readonly name: string;
  /** "hash:ip,port", "bitmap:port", ... */
  readonly type: string;
  /** inet or inet6; undefined for bitmap:port. */
  readonly family: "inet" | "inet6" | undefined;
  /** What limits its entries or alters them, apart from defaults. */
  readonly limits?: SetLimits;
  readonly entries: readonly IPSetEntry[];
  /** False for a listing without members. */
  readonly membersListed?: boolean;
  readonly at?: ListingPlace;
  /** The listing ends in the line that makes it, without an end of line. */
  readonly isOpen?: boolean;
}

/** An address of the dummy interface, canonical, without prefix length. */
export interface DeviceAddress {
  readonly address: string;
  readonly origin?: ObjectOrigin;
  readonly at?: ListingPlace;
}

/** One interface of a host with its addresses of both families. */
export interface NetworkInterface {
  readonly name: string;
  readonly addresses: readonly DeviceAddress[];
}

export interface IPVSState {
  readonly kind: "ipvs";
  readonly family: IPFamily;
  readonly virtualServers: readonly VirtualServer[];
  readonly sets: readonly IPSet[];
  /** Of kube-ipvs0. */
  readonly addresses: readonly DeviceAddress[];
}
