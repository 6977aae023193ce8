/** A packet on its way through chains that call each other: what the walks of all rule sets share. */
import type { HitList, PacketState } from "./packet-state.js";

/** A place in a chain, and where the packet returns to. */
export interface Frame<Chain> {
  readonly chain: Chain;
  readonly next: number;
  readonly below: Frame<Chain> | undefined;
  readonly depth: number;
  /** Chains entered on the way here; gotos that go round enter one after the other. */
  readonly entered: number;
}

export interface Walker<Chain> {
  readonly state: PacketState;
  readonly hits: HitList | undefined;
  readonly probability: number;
  readonly frame: Frame<Chain>;
}

/** The kernel refuses rule sets that go round; a text may hold one. */
export const MAX_ENTERED = 10_000;
export const MAX_STEPS = 5_000_000;
