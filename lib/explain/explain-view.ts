/** What `explain` shows; types only. lib/explain makes it, texts and JSON are made of it. */

/** A place in a file, lines from 1. */
export interface PlaceView {
  readonly file: string;
  readonly line?: number;
}

export interface RuleView {
  /** One sentence. */
  readonly text: string;
  /** The rule, element or virtual server in its tool's words. */
  readonly rule: string;
  /** The manifest line it is there for. */
  readonly cause?: PlaceView;
  /** Its line in a capture. */
  readonly at?: PlaceView;
  /** The chains it leads to. */
  readonly chains: readonly ChainTreeView[];
}

export interface ChainTreeView {
  /** "nat" of iptables, "ip kube-proxy" of nftables, "ipvs", "ipset". */
  readonly table: string;
  readonly chain: string;
  readonly purpose?: string;
  /** Its rules stand elsewhere in the same tree. */
  readonly shownAbove?: boolean;
  /** Some rules are left out because they belong to other services. */
  readonly others?: number;
  readonly rules: readonly RuleView[];
}

export interface FlowView {
  /** "from a pod of this node". */
  readonly from: string;
  /** "one of 3 endpoints, 33.33% each; masqueraded". */
  readonly outcome: string;
  readonly shares: readonly { readonly outcome: string; readonly probability: number }[];
}

export interface FrontendView {
  readonly role: string;
  readonly address: string | null;
  readonly port: number;
  readonly text: string;
  readonly at?: PlaceView;
  readonly flows: readonly FlowView[];
}

export interface EndpointView {
  readonly target: string;
  readonly pod?: string;
  readonly node?: string;
  readonly zone?: string;
  readonly local: boolean;
  readonly state: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  /** Of new connections to the cluster IP from a pod of this node. */
  readonly share: number;
  /** Where shares of other frontends differ: by frontend text. */
  readonly otherShares: readonly { readonly frontend: string; readonly share: number }[];
  readonly at?: PlaceView;
}

export interface PortView {
  /** "shop/web:http". */
  readonly name: string;
  readonly portName: string;
  readonly family: "IPv4" | "IPv6";
  readonly protocol: string;
  readonly port: number;
  readonly targetPort: string;
  readonly at?: PlaceView;
  readonly frontends: readonly FrontendView[];
  readonly endpoints: readonly EndpointView[];
  readonly notes: readonly string[];
  readonly rules: readonly ChainTreeView[];
}

export interface ServiceView {
  readonly name: string;
  readonly type: string;
  /** "selector app=web", "no selector". */
  readonly about: readonly string[];
  readonly at?: PlaceView;
  /** Why there are no rules, by family; empty when there are some in every family looked at. */
  readonly withoutRules: readonly { readonly family: string; readonly reason: string }[];
  readonly notes: readonly string[];
  readonly leftOut: readonly { readonly pod: string; readonly reason: string; readonly at?: PlaceView }[];
  readonly ports: readonly PortView[];
}

export interface PodServiceView {
  /** "shop/web:http". */
  readonly servicePort: string;
  readonly target?: string;
  readonly state: string;
  readonly share?: number;
  /** Chains that send to it. */
  readonly chains: readonly string[];
  readonly at?: PlaceView;
}

export interface PodView {
  readonly name: string;
  readonly about: readonly string[];
  readonly at?: PlaceView;
  readonly services: readonly PodServiceView[];
  readonly notes: readonly string[];
}

export interface ChainView {
  readonly name: string;
  /** "the chain of endpoint 10.244.1.2:8080 of port http of Service shop/web". */
  readonly belongsTo: string;
  readonly service?: string;
  readonly servicePort?: string;
  readonly protocol?: string;
  readonly endpoint?: string;
  readonly pod?: string;
  readonly purpose?: string;
  readonly at?: PlaceView;
  readonly notes: readonly string[];
  readonly trees: readonly ChainTreeView[];
}

export interface ExplainView {
  /** What was asked about, in words. */
  readonly question: string;
  /** Short answers in front of everything else. */
  readonly answers: readonly string[];
  readonly node: string;
  readonly mode: string;
  readonly kubeVersion: string;
  /** Files with the node's rules; empty: rules are compiled. */
  readonly captures: readonly string[];
  readonly services: readonly ServiceView[];
  readonly pods: readonly PodView[];
  readonly chains: readonly ChainView[];
}
