/**
 * What a comparison finds, in words that hold for all three modes; types only.
 * The interpreters of the three rulesets turn chains, virtual servers or maps into `ServicePortView`s;
 * one comparison of views makes the changes.
 */

import type { Coverage } from "./coverage-types.js";
import type { Inferred } from "./inferred.js";

export const CHANGE_KINDS = [
  "service-port-missing",
  "service-port-stale",
  "frontend-missing",
  "frontend-stale",
  "endpoint-missing",
  "endpoint-stale",
  "share-changed",
  "verdict-changed",
  "affinity-changed",
  "masquerade-changed",
  "source-range-changed",
  "scheduler-changed",
  "weight-changed",
  "jump-missing",
  "base-chain-changed",
  "leftover-chain",
  "duplicate-rule",
  "unknown-rule",
  "rule-order",
] as const;

export type ChangeKind = (typeof CHANGE_KINDS)[number];

export type ChangeSeverity = "error" | "warning" | "info";

export interface FileLine {
  readonly file: string;
  readonly line: number;
}

/** One difference, reported once at the level that says most. */
export interface Change {
  readonly kind: ChangeKind;
  readonly severity: ChangeSeverity;
  /** "ns/name"; absent for what belongs to no service. */
  readonly service?: string;
  /** Port name, may be empty. */
  readonly port?: string;
  readonly protocol?: string;
  /** "ip:port" or "[ip6]:port". */
  readonly endpoint?: string;
  /** The address and port clients use, for frontend and verdict changes: "10.96.0.1:80", "*:30080". */
  readonly frontend?: string;
  /** Whose rules; absent where rules of one family were compared, which is the report's. */
  readonly ipFamily?: "ipv4" | "ipv6";
  /** A chain or set, for changes of base chains and leftovers. */
  readonly chain?: string;
  /** What is wrong and for whom, one sentence. */
  readonly message: string;
  /** Rules in normal form. */
  readonly expected: readonly string[];
  readonly actual: readonly string[];
  readonly at?: FileLine;
}

/** The JSON form, schema svcrules.dev/diff/v1. */
export interface DiffReport {
  readonly schema: "svcrules.dev/diff/v1";
  /** No change above severity info, and everything that is wanted was compared. */
  readonly identical: boolean;
  readonly mode: "iptables" | "ipvs" | "nftables";
  readonly node: string;
  /** The file, where one of several nodes' captures has no name of a node: `node` is then told by its rules, or assumed. */
  readonly capture?: string;
  readonly kubeVersion: string;
  readonly ipFamily: "ipv4" | "ipv6";
  /** Both, where the node has both; `ipFamily` is the first then. */
  readonly ipFamilies?: readonly ("ipv4" | "ipv6")[];
  /** Two captures were compared, and no manifests: changes are what is new, gone or another than before. */
  readonly between?: "captures";
  readonly assumptions: readonly string[];
  /** What was read off the node because nobody told it; each is among the assumptions too. */
  readonly inferred: readonly Inferred[];
  readonly summary: { readonly services: number; readonly differing: number; readonly changes: number };
  readonly coverage: Coverage;
  readonly changes: readonly Change[];
}

/** Both sides of a chain or set that differs, in normal form, for unified diffs. */
export interface DiffSection {
  readonly name: string;
  /** "prod/api:https"; undefined for what belongs to no service. */
  readonly owner: string | undefined;
  readonly expected: readonly string[];
  readonly actual: readonly string[];
}

export type FrontendKind = "cluster-ip" | "external-ip" | "load-balancer-ip" | "node-port" | "health-check";

/** One address and port that clients of a service port use, and what happens to a new connection to it. */
export interface FrontendView {
  readonly kind: FrontendKind;
  /** Undefined for node ports and health-check ports on any address. */
  readonly address?: string;
  readonly port: number;
  readonly verdict: "forward" | "reject" | "drop";
  /** How it rejects, where not as kube-proxy does: "tcp-reset". */
  readonly rejectsWith?: string;
  /** Traffic that alone it takes, where it should take all: "-s 10.0.0.0/8". */
  readonly only?: string;
  /** Share of new connections by endpoint target, as packets see it; sums to 1 when forwarding. Empty otherwise. */
  readonly shares: ReadonlyMap<string, number>;
  /** As `shares`, for traffic that the node's Local policy sends elsewhere (pods, the node itself); absent when the same. */
  readonly shortCircuitShares?: ReadonlyMap<string, number>;
  readonly affinitySeconds?: number;
  /** Endpoints at which the affinity does not work although the service port has it. */
  readonly affinityGaps?: ReadonlySet<string>;
  /** Traffic that takes the short circuit, in the order it is told apart, e.g. "-s 10.244.0.0/16", "masquerade the node", "the node". */
  readonly detours?: readonly string[];
  /** Which traffic is masqueraded, as a stable text that two sides can be compared by, e.g. "all", "! -s 10.244.0.0/16", "none". */
  readonly masquerade: string;
  /** Endpoints whose hairpin masquerade is in place; compared as a set. */
  readonly hairpin?: ReadonlySet<string>;
  /** Allowed sources in canonical text, sorted; undefined when unrestricted. */
  readonly sourceRanges?: readonly string[];
  /** IPVS. */
  readonly scheduler?: string;
  readonly weights?: ReadonlyMap<string, number>;
  /** The rules this is read from, in normal form, for the report. */
  readonly evidence: readonly string[];
  readonly at?: FileLine;
}

export interface ServicePortView {
  /** Identity on both sides: "ns/name:port/tcp", or a chain name when nothing better is known. */
  readonly key: string;
  readonly service?: string;
  readonly port?: string;
  readonly protocol?: string;
  readonly frontends: readonly FrontendView[];
}
