/** A packet on its way through chains that call each other: what the walks of all rule sets share. */
import type { HitList, PacketState } from "./packet-state.js";
import type { Outcome } from "./types.js";

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
const MAX_ENTERED = 10_000;
export const MAX_STEPS = 5_000_000;
export const TOO_MANY_STEPS: Outcome = {
  kind: "unknown",
  reason: "more steps than any rule set takes that a kernel accepts",
};

/** A packet about to meet a chain's first rule. */
export function startWalk<Chain>(chain: Chain, state: PacketState, hits: HitList | undefined): Walker<Chain> {
  return { state, hits, probability: 1, frame: { chain, next: 0, below: undefined, depth: 0, entered: 0 } };
}

/** The place after the rule at hand. */
export function nextFrame<Chain>(frame: Frame<Chain>): Frame<Chain> {
  return { ...frame, next: frame.next + 1 };
}

export interface ChainCall<Chain> {
  readonly name: string;
  /** undefined: the rule set has no chain of this name. */
  readonly chain: Chain | undefined;
  /** A jump comes back to the rule after it; a goto to where its own chain would return to. */
  readonly comesBack: boolean;
  /** How many jumps the kernel lets stand in each other. */
  readonly maxDepth: number;
}

/** The first place of a called chain, or the reason why the packet cannot go there. */
export function enterChain<Chain>(
  { name, chain, comesBack, maxDepth }: ChainCall<Chain>,
  from: Frame<Chain>,
): Frame<Chain> | string {
  if (!chain) return `chain ${name} does not exist`;
  if ((comesBack && from.depth >= maxDepth) || from.entered >= MAX_ENTERED) return "chains jump in circles";
  return {
    chain,
    next: 0,
    below: comesBack ? nextFrame(from) : from.below,
    depth: from.depth + (comesBack ? 1 : 0),
    entered: from.entered + 1,
  };
}
