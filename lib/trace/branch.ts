/** Ways on for a packet: what one base chain, or IPVS, makes of it. */
import type { HitList, PacketState } from "./packet-state.js";
import type { Outcome } from "./types.js";

export interface Branch {
  /** Of this branch, given that the packet got here. */
  readonly probability: number;
  readonly state: PacketState;
  readonly hits: HitList | undefined;
  /** Set when the packet goes no further. */
  readonly end?: Outcome;
  /** IPVS sends the packet out anew: through the whole output hook, then on. */
  readonly sentOut?: boolean;
}

export type HookName = "prerouting" | "input" | "forward" | "output" | "postrouting";

/** Something that looks at packets at a hook: a base chain of iptables or nftables, or IPVS. */
export interface HookFunction {
  readonly hook: HookName;
  /** Lower runs earlier. */
  readonly priority: number;
  /** A nat function is asked only while conntrack has not settled the translation. */
  readonly type: "filter" | "nat" | "ipvs";
  readonly run: (state: PacketState, hits: HitList | undefined) => readonly Branch[];
}

/**
 * How likely a match is: 0 or 1, in between for random matches, undefined when it is not understood or asks for what is
 * not known.
 */
export type Likelihood = number | undefined;

export const fromBoolean = (matches: boolean | undefined): Likelihood =>
  matches === undefined ? undefined : matches ? 1 : 0;

/** The likelihood that a match does not match. */
export const negate = (likelihood: Likelihood, negated: boolean | undefined): Likelihood =>
  negated && likelihood !== undefined ? 1 - likelihood : likelihood;
