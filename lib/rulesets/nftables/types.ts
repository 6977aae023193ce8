/**
 * nftables objects as data, as far as kube-proxy and its neighbours use them; types only.
 * Words are nft's. Text that is not understood is kept in "unknown" nodes.
 */

export type NftFamily = "ip" | "ip6" | "inet" | "arp" | "bridge" | "netdev";

export type Verdict =
  | { readonly kind: "accept" | "drop" | "return" | "continue" }
  | { readonly kind: "jump" | "goto"; readonly chain: string };

/** What is looked at: a header field, a meta key, connection tracking, a routing lookup. */
export type Expression =
  | { readonly kind: "payload"; readonly protocol: string; readonly field: string } // ip daddr, ip saddr, th dport, tcp dport
  | { readonly kind: "meta"; readonly key: string } // l4proto, mark, iif, iifname
  | { readonly kind: "ct"; readonly key: string } // state, status
  | { readonly kind: "fib"; readonly of: string; readonly result: string } // fib daddr type
  | { readonly kind: "numgen"; readonly mode: "random" | "inc"; readonly modulus: number; readonly offset?: number }
  | { readonly kind: "concat"; readonly parts: readonly Expression[] }
  /** `mark and 0x4000`. */
  | { readonly kind: "bitwise"; readonly operator: "and" | "or" | "xor"; readonly left: Expression; readonly right: number };

/** A constant on the right-hand side. Addresses, CIDRs and names are text; numbers are numbers. */
export type Value =
  | { readonly kind: "literal"; readonly value: string | number }
  | { readonly kind: "range"; readonly from: string; readonly to: string }
  | { readonly kind: "concat"; readonly parts: readonly Value[] }
  | { readonly kind: "set"; readonly elements: readonly Value[] }
  | { readonly kind: "set-reference"; readonly name: string };

export type Statement =
  | { readonly kind: "match"; readonly left: Expression; readonly operator: "==" | "!="; readonly right: Value }
  | { readonly kind: "verdict"; readonly verdict: Verdict }
  | { readonly kind: "vmap"; readonly key: Expression; readonly map: { readonly name: string } | { readonly elements: readonly { readonly key: Value; readonly verdict: Verdict }[] } }
  | { readonly kind: "set-mark"; readonly operator: "or" | "xor" | "and" | "assign"; readonly value: number }
  | { readonly kind: "masquerade"; readonly fullyRandom: boolean; readonly random?: boolean }
  | { readonly kind: "dnat"; readonly address: string; readonly port: number }
  /** `dnat ip addr . port to numgen random mod N map { 0 : A . P , ... }`: targets in index order. */
  | { readonly kind: "dnat-map"; readonly key: Expression; readonly targets: readonly { readonly address: string; readonly port: number }[] }
  | { readonly kind: "update-set"; readonly set: string; readonly element: Expression }
  | { readonly kind: "reject"; readonly with?: string }
  | { readonly kind: "counter" }
  | { readonly kind: "unknown"; readonly text: string };

export interface NftRule {
  readonly chain: string;
  readonly statements: readonly Statement[];
  readonly comment?: string;
  readonly handle?: number;
  /** See rulesets/iptables RuleOrigin: what made the rule; outside equality. */
  readonly origin?: { readonly label: string; readonly ref?: unknown };
}

export interface BaseChain {
  readonly type: string;
  readonly hook: string;
  /** As a number, names resolved. */
  readonly priority: number;
  readonly policy: string;
}

export interface NftChain {
  readonly name: string;
  readonly base?: BaseChain;
  readonly comment?: string;
}

export interface NftElement {
  /** Parts of the key in order; numbers for ports. */
  readonly key: readonly (string | number)[];
  readonly comment?: string;
  /** Of a verdict map. */
  readonly verdict?: Verdict;
  readonly origin?: { readonly label: string; readonly ref?: unknown };
}

/** A named set or verdict map. `keyType`: the datatypes of the concatenation. */
export interface NftSet {
  readonly kind: "set" | "map";
  readonly name: string;
  readonly keyType: readonly string[];
  /** Of a map; "verdict" for all of kube-proxy's. */
  readonly valueType?: string;
  readonly flags: readonly string[];
  readonly timeoutSeconds?: number;
  readonly comment?: string;
  readonly elements: readonly NftElement[];
}

export interface NftTable {
  readonly family: NftFamily;
  readonly name: string;
  readonly comment?: string;
  readonly chains: readonly NftChain[];
  readonly sets: readonly NftSet[];
  /** In order; rules of one chain keep their order. */
  readonly rules: readonly NftRule[];
}

export interface NftRuleset {
  readonly kind: "nftables";
  readonly tables: readonly NftTable[];
}
