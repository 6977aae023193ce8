/**
 * nftables objects as data, as far as kube-proxy and its neighbours use them; types only.
 * Words are nft's. Text that is not understood is kept in "unknown" nodes.
 */

export type NftFamily = "ip" | "ip6" | "inet" | "arp" | "bridge" | "netdev";

/** What made an object: for explain and the JSON format; outside equality. `ref` is opaque to this folder. */
export interface NftOrigin {
  /** e.g. "ns/name:port". */
  readonly label: string;
  readonly ref?: unknown;
  /** Of an element: what its address or port is to the service. */
  readonly role?: "cluster-ip" | "external-ip" | "load-balancer-ip" | "node-port";
}

export type Verdict =
  | { readonly kind: "accept" | "drop" | "return" | "continue" }
  | { readonly kind: "jump" | "goto"; readonly chain: string };

/** What is looked at: a header field, a meta key, connection tracking, a routing lookup. */
export type Expression =
  /** `ip daddr`, `ip saddr`, `th dport`, `tcp dport`. */
  | { readonly kind: "payload"; readonly protocol: string; readonly field: string }
  /** l4proto, mark, iif, iifname. */
  | { readonly kind: "meta"; readonly key: string }
  /** state, status, "original ip daddr". */
  | { readonly kind: "ct"; readonly key: string }
  /** `fib daddr type`: flags "daddr", result "type"; several flags are joined by " . ". */
  | { readonly kind: "fib"; readonly flags: string; readonly result: string }
  | { readonly kind: "numgen"; readonly mode: string; readonly modulus: number; readonly offset?: number }
  | { readonly kind: "concat"; readonly parts: readonly Expression[] }
  /** `mark and 0x4000`. */
  | {
      readonly kind: "bitwise";
      readonly operator: "and" | "or" | "xor";
      readonly left: Expression;
      readonly right: number;
    };

/** A constant on the right-hand side. Addresses, CIDRs and names are text; numbers are numbers. */
export type Value =
  | { readonly kind: "literal"; readonly value: string | number }
  | { readonly kind: "range"; readonly from: string; readonly to: string }
  | { readonly kind: "concat"; readonly parts: readonly Value[] }
  /** `compact`: written `{ a,b }`, not `{ a , b }`. */
  | { readonly kind: "set"; readonly elements: readonly Value[]; readonly compact?: boolean }
  | { readonly kind: "set-reference"; readonly name: string };

export interface VerdictMapEntry {
  readonly key: Value;
  readonly verdict: Verdict;
}

export interface DnatTarget {
  readonly address: string;
  readonly port: number;
}

export type Statement =
  | { readonly kind: "match"; readonly left: Expression; readonly operator: string; readonly right: Value }
  | { readonly kind: "verdict"; readonly verdict: Verdict }
  | {
      readonly kind: "vmap";
      readonly key: Expression;
      readonly map: { readonly name: string } | { readonly entries: readonly VerdictMapEntry[] };
    }
  /** `mark set mark or 0x4000`; operator "assign" for `mark set 0x4000`. */
  | { readonly kind: "set-mark"; readonly operator: "or" | "xor" | "and" | "assign"; readonly value: number }
  /** Flags in the order written, e.g. "fully-random". */
  | { readonly kind: "masquerade"; readonly flags: readonly string[] }
  | { readonly kind: "dnat"; readonly address: string; readonly port: number }
  /** `dnat ip addr . port to numgen random mod N map { 0 : A . P , ... }`: targets in index order. */
  | {
      readonly kind: "dnat-map";
      readonly family: string;
      readonly key: Expression;
      readonly targets: readonly DnatTarget[];
    }
  | { readonly kind: "update-set"; readonly set: string; readonly element: Expression }
  /** `with` as nft writes it, e.g. "icmp port-unreachable"; undefined for the default of the family. */
  | { readonly kind: "reject"; readonly with?: string }
  /** `name`: of a counter of the table. */
  | { readonly kind: "counter"; readonly name?: string }
  /** Text as written from the first word that is not understood to the end of the rule. */
  | { readonly kind: "unknown"; readonly text: string };

export interface NftRule {
  readonly chain: string;
  readonly statements: readonly Statement[];
  readonly comment?: string;
  readonly handle?: number;
  /** In the text read, from 1. */
  readonly line?: number;
  readonly origin?: NftOrigin;
}

export interface BaseChain {
  readonly type: string;
  readonly hook: string;
  /** As a number, names resolved. */
  readonly priority: number;
  /** accept or drop; undefined reads as accept. */
  readonly policy?: string;
}

export interface NftChain {
  readonly name: string;
  readonly base?: BaseChain;
  readonly comment?: string;
  readonly handle?: number;
  readonly line?: number;
  readonly origin?: NftOrigin;
}

export interface NftElement {
  /** Parts of the key in order; numbers for ports. */
  readonly key: readonly (string | number)[];
  readonly comment?: string;
  /** Of a verdict map. */
  readonly verdict?: Verdict;
  /** What others wanted for the same key; whose element is there is chance. */
  readonly rivals?: readonly NftElement[];
  readonly line?: number;
  readonly origin?: NftOrigin;
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
  /** Most elements; undefined: no limit. */
  readonly size?: number;
  readonly comment?: string;
  readonly elements: readonly NftElement[];
  readonly handle?: number;
  readonly line?: number;
  readonly origin?: NftOrigin;
}

export interface NftTable {
  readonly family: NftFamily;
  readonly name: string;
  readonly comment?: string;
  /** `flags dormant`: the table is there, and none of its chains sees a packet. */
  readonly dormant?: boolean;
  /** It has a flag, and the capture does not tell which. */
  readonly mayBeDormant?: boolean;
  readonly chains: readonly NftChain[];
  readonly sets: readonly NftSet[];
  /** Names of the table's counters; undefined where they were not read. */
  readonly counters?: readonly string[];
  /** Rules of one chain keep their order. May be made anew by each iteration: a large table is never held whole. */
  readonly rules: Iterable<NftRule>;
  /** The rules of one of `chains`, where they are made when they are asked for. */
  readonly rulesOfChain?: (chain: NftChain) => readonly NftRule[];
  readonly line?: number;
}

export interface NftRuleset {
  readonly kind: "nftables";
  readonly tables: readonly NftTable[];
}
