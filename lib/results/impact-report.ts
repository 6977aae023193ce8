/** What `impact` reports; types only, the shape of its JSON (schemas/impact.schema.json). lib/impact makes it. */

/** Worst first. `refusal`: packets that go nowhere on either side, but are answered otherwise. */
export const IMPACT_KINDS = ["lost", "exposed", "policy", "names", "identity", "moved", "refusal"] as const;
export type ImpactKind = (typeof IMPACT_KINDS)[number];

/** `endpoint`: one of the Service's own endpoints, on the node; asked where a node's rules change as a whole. */
export type ImpactClient =
  | "pod"
  | "pod-elsewhere"
  | "endpoint"
  | "node"
  | "outside"
  | "outside-ranges"
  | "health-checker";

export type ImpactRole =
  | "cluster-ip"
  | "external-ip"
  | "load-balancer-ip"
  | "node-port"
  | "health-check"
  | "other-address"
  | "loopback"
  | "unused-port";

/** One outcome and its share of new connections, 0 to 1. */
export interface ImpactOutcome {
  readonly outcome: "endpoint" | "undisturbed" | "rejected" | "dropped" | "unknown" | "answers" | "fails";
  /** "10.244.1.2:8080". */
  readonly endpoint?: string;
  readonly masqueraded?: boolean;
  readonly share: number;
  readonly reason?: string;
}

export interface ImpactNodes {
  readonly count: number;
  /** Every node looked at; `names` is empty then. */
  readonly all: boolean;
  readonly names: readonly string[];
}

/** Endpoints that connections go to. */
export interface ImpactMove {
  readonly before: number;
  readonly after: number;
  /** On both sides. */
  readonly kept: number;
  /** Share of the endpoint that gets most. */
  readonly busiest: { readonly before: number; readonly after: number };
  /** Shares of zones that change, by zone. */
  readonly zones: readonly { readonly zone: string; readonly before: number; readonly after: number }[];
  /** Whether all traffic kept to the node or its zone, though there were endpoints elsewhere. */
  readonly locality?: "lost" | "won";
}

/** One frontend that fares differently. */
export interface ImpactFrontend {
  /** "shop/web"; of the side after, where it has one. */
  readonly service: string;
  /** "shop/web:http". */
  readonly servicePort: string;
  readonly protocol: string;
  readonly family: "IPv4" | "IPv6";
  readonly role: ImpactRole;
  /** Undefined where it is an address of each node. */
  readonly address?: string;
  readonly number: number;
  /** "node port 30080". */
  readonly frontend: string;
  readonly nodes: ImpactNodes;
  readonly clients: readonly ImpactClient[];
  readonly before: readonly ImpactOutcome[];
  readonly after: readonly ImpactOutcome[];
  readonly move?: ImpactMove;
}

/** The same change at one or more frontends. */
export interface ImpactChange {
  readonly kind: ImpactKind;
  /** One sentence. */
  readonly message: string;
  readonly services: readonly string[];
  /** Frontends, or names, or pairs of client and service port. */
  readonly count: number;
  readonly nodes: ImpactNodes;
  readonly clients: readonly ImpactClient[];
  readonly before: string;
  readonly after: string;
  readonly frontends: readonly ImpactFrontend[];
  /** Names, references or policies that the change is about. */
  readonly details: readonly string[];
  /** Accepted with --allow. */
  readonly allowed: boolean;
}

export interface ImpactUndecided {
  readonly subject: string;
  readonly reason: string;
  readonly count: number;
}

export interface ImpactSide {
  readonly name: string;
  readonly mode: string;
  readonly kubeVersion: string;
  readonly services: number;
  readonly nodes: number;
  readonly endpoints: number;
}

/** Endpoints of a Service that come and go. */
export interface ImpactEndpoints {
  readonly service: string;
  readonly before: number;
  readonly after: number;
  readonly kept: number;
}

/** Rules of nodes that change alike. */
export interface ImpactRules {
  readonly nodes: ImpactNodes;
  readonly gained: number;
  readonly lost: number;
}

/** All of kube-proxy's rules on one node, in lines (IPVS: entries of every table). */
export interface ImpactTotal {
  readonly node: string;
  readonly before: number;
  readonly after: number;
}

export interface ImpactReport {
  readonly before: ImpactSide;
  readonly after: ImpactSide;
  /** What was asked to be changed, in words; empty where two inputs are compared. */
  readonly edits: readonly string[];
  /** Whether anything is reported. */
  readonly changed: boolean;
  readonly summary: {
    readonly frontends: number;
    readonly unchanged: number;
    /** Places beside the frontends (node ports on other addresses, unused ports of cluster IPs) that changed. */
    readonly changedBeside: number;
    /** Frontends, or names and pairs, of each kind. */
    readonly kinds: Readonly<Record<ImpactKind, number>>;
    readonly services: number;
    readonly changedServices: number;
    readonly undecided: number;
  };
  readonly changes: readonly ImpactChange[];
  readonly undecided: readonly ImpactUndecided[];
  readonly endpoints: readonly ImpactEndpoints[];
  readonly nodes: { readonly added: readonly string[]; readonly removed: readonly string[] };
  readonly rules: readonly ImpactRules[];
  readonly total: ImpactTotal;
  readonly largeCluster: { readonly before: boolean; readonly after: boolean };
  readonly notes: readonly string[];
}

/** What the failure of one node or zone takes away; pods that are made anew elsewhere are not counted. */
export interface ImpactFailure {
  readonly kind: "node" | "zone";
  readonly name: string;
  /** Services without a ready endpoint then. */
  readonly lost: readonly string[];
  /** Services that keep some of their ready endpoints. */
  readonly weakened: number;
  /** Ready endpoints that are gone. */
  readonly endpoints: number;
}
