/**
 * iptables rules as data; types only. Nothing here knows Kubernetes.
 * One tree, two spellings: what is handed to iptables-restore and what iptables-save prints.
 */

export type TableName = "filter" | "nat" | "mangle" | "raw" | "security";

/** An address with an optional prefix length, in text: "10.0.0.1", "10.0.0.0/8", "fd00::1". */
export type AddressText = string;

/** `-s`, `-d`, `-i`, `-o`, `-p`: parts of a rule's header, written among the matches in the writer's order. */
export type HeaderClause =
  | { readonly kind: "source"; readonly address: AddressText; readonly negated?: boolean }
  | { readonly kind: "destination"; readonly address: AddressText; readonly negated?: boolean }
  | { readonly kind: "in-interface"; readonly name: string; readonly negated?: boolean }
  | { readonly kind: "out-interface"; readonly name: string; readonly negated?: boolean }
  | { readonly kind: "protocol"; readonly protocol: string; readonly negated?: boolean }
  | { readonly kind: "fragment"; readonly negated?: boolean };

/** Ports as written: one number or a range "a:b". */
export interface PortMatch {
  readonly ports: string;
  readonly negated?: boolean;
}

export type Match =
  | { readonly kind: "comment"; readonly text: string; readonly quoted?: boolean }
  /**
   * `-m tcp|udp|sctp`. Written by kube-proxy as `-m tcp -p tcp [-d ADDR] [--dport N]`: the printer of the restore
   * spelling puts a destination clause that follows directly in between.
   */
  | {
      readonly kind: "transport";
      readonly protocol: "tcp" | "udp" | "sctp";
      readonly destinationPort?: PortMatch;
      readonly sourcePort?: PortMatch;
      /** Options that are not ports (e.g. --tcp-flags), as tokens. */
      readonly rest?: readonly string[];
    }
  | {
      readonly kind: "addrtype";
      readonly sourceType?: NegatableText;
      readonly destinationType?: NegatableText;
      readonly rest?: readonly string[];
    }
  | {
      readonly kind: "conntrack";
      readonly states: readonly string[];
      readonly negated?: boolean;
      readonly rest?: readonly string[];
    }
  | { readonly kind: "mark"; readonly value: number; readonly mask: number; readonly negated?: boolean }
  | {
      readonly kind: "statistic";
      readonly mode: "random";
      readonly probability: number;
      readonly negated?: boolean;
      readonly rest?: readonly string[];
    }
  | {
      readonly kind: "recent";
      readonly name: string;
      readonly action: "set" | "rcheck" | "update" | "remove";
      readonly negated?: boolean;
      readonly seconds?: number;
      readonly reap?: boolean;
      /** Undefined: the host mask. */
      readonly mask?: string;
      readonly side?: "source" | "destination";
      readonly rest?: readonly string[];
    }
  | { readonly kind: "nfacct"; readonly name: string }
  | {
      readonly kind: "set";
      readonly name: string;
      readonly directions: readonly string[];
      readonly negated?: boolean;
      readonly rest?: readonly string[];
    }
  | { readonly kind: "physdev"; readonly isIn?: boolean; readonly negated?: boolean; readonly rest?: readonly string[] }
  | {
      readonly kind: "ipvs";
      readonly address?: AddressText;
      readonly protocol?: string;
      readonly port?: number;
      readonly rest?: readonly string[];
    }
  | {
      readonly kind: "multiport";
      readonly side: "source" | "destination" | "either";
      readonly ports: string;
      readonly negated?: boolean;
    }
  /** A module that is not known: its name and tokens as written. */
  | { readonly kind: "unknown"; readonly module: string; readonly tokens: readonly string[] };

export interface NegatableText {
  readonly text: string;
  readonly negated?: boolean;
}

export type Clause = HeaderClause | Match;

export type Target =
  | { readonly kind: "none" }
  | { readonly kind: "accept" | "drop" | "return" }
  | { readonly kind: "jump"; readonly chain: string }
  | { readonly kind: "goto"; readonly chain: string }
  | { readonly kind: "reject"; readonly with?: string }
  | { readonly kind: "dnat"; readonly to: string; readonly random?: boolean; readonly persistent?: boolean }
  | { readonly kind: "snat"; readonly to: string; readonly randomFully?: boolean; readonly rest?: readonly string[] }
  | { readonly kind: "masquerade"; readonly randomFully?: boolean; readonly rest?: readonly string[] }
  /** MARK: set-xmark VALUE/MASK is the meaning; `written` is how it is to be spelled to iptables-restore. */
  | {
      readonly kind: "mark";
      readonly value: number;
      readonly mask: number;
      readonly written?: "or" | "xor" | "and" | "set-mark" | "set-xmark";
    }
  | { readonly kind: "unknown"; readonly name: string; readonly tokens: readonly string[] };

/** What made a rule: for explain and the JSON format; outside equality. */
export interface RuleOrigin {
  /** e.g. a ServicePortName. */
  readonly label: string;
  /** Opaque to this folder: the backend's reference to the object behind the rule. */
  readonly ref?: unknown;
  readonly line?: number;
}

export interface Counters {
  readonly packets: number;
  readonly bytes: number;
}

export interface Rule {
  readonly chain: string;
  readonly clauses: readonly Clause[];
  readonly target: Target;
  readonly counters?: Counters;
  readonly origin?: RuleOrigin;
  /** Where a parsed rule stands; outside equality. */
  readonly at?: { readonly file: string; readonly line: number };
}

export interface Chain {
  readonly name: string;
  /** Of a built-in chain: ACCEPT or DROP; undefined for a user-defined one. */
  readonly policy?: string;
  readonly counters?: Counters;
}

export interface Table {
  readonly name: TableName;
  readonly chains: readonly Chain[];
  /** In the order written; rules of one chain keep their order. */
  readonly rules: readonly Rule[];
}

export interface Ruleset {
  readonly kind: "iptables";
  readonly family: "IPv4" | "IPv6" | "unknown";
  readonly tables: readonly Table[];
}
