/** A packet walked through one base chain of an nftables table. */
import type { NftChain } from "../../rulesets/nftables/types.js";
import type { Branch } from "../branch.js";
import type { HitList, PacketState } from "../packet-state.js";
import type { Outcome, RuleHit } from "../types.js";
import type { NftChainProgram, NftProgram } from "./program.js";
import { runRule } from "./run-rule.js";
import { MAX_ENTERED, MAX_STEPS, type Frame as ChainFrame, type Walker as ChainWalker } from "../walker.js";

type Frame = ChainFrame<NftChainProgram>;
type Walker = ChainWalker<NftChainProgram>;

/** Source: Linux NFT_JUMP_STACK_SIZE. */
const MAX_DEPTH = 16;

/** The ways a packet can take through a base chain. Branches without `end` go on to the next chain of the hook. */
export function walkBaseChain(
  program: NftProgram,
  start: NftChain,
  state: PacketState,
  hits: HitList | undefined,
): Branch[] {
  const branches: Branch[] = [];
  const chain = program.chains.get(start.name)!;
  const walkers: Walker[] = [
    { state, hits, probability: 1, frame: { chain, next: 0, below: undefined, depth: 0, entered: 0 } },
  ];
  const policyEnd: Outcome | undefined = start.base?.policy === "drop" ? { kind: "dropped" } : undefined;
  let steps = 0;
  for (let walker = walkers.pop(); walker; walker = walkers.pop()) {
    const { state, hits, probability, frame } = walker;
    const { chain, next, below, depth, entered } = frame;
    const finish = (end: Outcome | undefined, w: Omit<Walker, "frame"> = walker!) =>
      branches.push({ probability: w.probability, state: w.state, hits: w.hits, ...(end && { end }) });
    if (++steps > MAX_STEPS) {
      finish({ kind: "unknown", reason: "more steps than any rule set takes that a kernel accepts" });
      continue;
    }
    const rule = chain.rules[next];
    if (!rule) {
      if (below) walkers.push({ state, hits, probability, frame: below });
      else finish(policyEnd);
      continue;
    }
    const after: Frame = { chain, next: next + 1, below, depth, entered };
    const hit: RuleHit = {
      kind: "nftables",
      family: program.table.family,
      table: program.table.name,
      chain: chain.name,
      position: next + 1,
      rule,
    };
    for (const step of runRule(rule, state, program)) {
      const share = probability * step.probability;
      if (share === 0) continue;
      if (step.kind === "no match") {
        walkers.push({ state: step.state, hits, probability: share, frame: after });
        continue;
      }
      const on = { state: step.state, hits: { hit, before: hits }, probability: share };
      switch (step.kind) {
        case "next":
          walkers.push({ ...on, frame: after });
          break;
        case "rejected":
          finish({ kind: "rejected" }, on);
          break;
        case "unknown":
          finish(
            { kind: "unknown", reason: step.reason, at: hit, ...(step.asks && { asks: step.asks }) },
            { ...on, hits },
          );
          break;
        case "verdict": {
          const { verdict } = step;
          if ("chain" in verdict) {
            const target = program.chains.get(verdict.chain);
            const comesBack = verdict.kind === "jump";
            if (!target) finish({ kind: "unknown", reason: `chain ${verdict.chain} does not exist`, at: hit }, on);
            else if ((comesBack && depth >= MAX_DEPTH) || entered >= MAX_ENTERED)
              finish({ kind: "unknown", reason: "chains jump in circles", at: hit }, on);
            else
              walkers.push({
                ...on,
                frame: {
                  chain: target,
                  next: 0,
                  below: comesBack ? after : below,
                  depth: depth + (comesBack ? 1 : 0),
                  entered: entered + 1,
                },
              });
          } else if (verdict.kind === "accept") finish(undefined, on);
          else if (verdict.kind === "drop") finish({ kind: "dropped" }, on);
          else if (verdict.kind === "continue") walkers.push({ ...on, frame: after });
          else if (below) walkers.push({ ...on, frame: below });
          else finish(policyEnd, on);
        }
      }
    }
  }
  return branches;
}
