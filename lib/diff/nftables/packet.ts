/** What is known of a packet that rules of other owners meet; types only. */

/** The first packet of a connection to a frontend. */
export interface FrontendPacket {
  readonly family: "ip" | "ip6";
  /** Of a node port: those that take it, none where they are not known. */
  readonly addresses: readonly string[];
  readonly isNodePort: boolean;
  readonly protocol: string;
  readonly port: number;
  /** Where it is met, if that is known. */
  readonly hook?: string;
  /** conntrack has not seen it yet. */
  readonly isUntracked?: boolean;
  /** Of a packet that kube-proxy translated, or of an answer to it: the address is an endpoint's. */
  readonly after?: AfterTranslation;
}

/** What is known of a packet behind kube-proxy's translation. */
export interface AfterTranslation {
  readonly hook: string;
  /** kube-proxy's masquerade mark, and whether the packet has it; undefined where that hangs on more. */
  readonly bit: number;
  readonly isMarked: boolean | undefined;
  /** What it was sent to. */
  readonly original?: OriginalDestination;
  /** Some rule gives marks to connections: the first packet may find one there. */
  readonly mayHaveConnectionMark?: boolean;
  /** It comes from the endpoint, first of all, and nothing is known of where it goes. */
  readonly isAnswer?: boolean;
  /** IPVS gave it the endpoint's address, of which the tracking of connections knows nothing. */
  readonly isByIPVS?: boolean;
}

/** What the client sent the first packet of a connection to, which conntrack remembers. */
export type OriginalDestination = Pick<FrontendPacket, "addresses" | "isNodePort" | "port">;
