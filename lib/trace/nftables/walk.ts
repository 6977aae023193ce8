/** A packet walked through one base chain of an nftables table. */
import type { NftChain, NftRule } from "../../rulesets/nftables/types.js";
import type { Branch } from "../branch.js";
import type { HitList, PacketState } from "../packet-state.js";
import type { Outcome, RuleHit } from "../types.js";
import type { NftChainProgram, NftProgram } from "./program.js";
import { runRule, type RuleStep } from "./run-rule.js";
import { enterChain, MAX_STEPS, nextFrame, startWalk, TOO_MANY_STEPS, type Frame, type Walker } from "../walker.js";

type Place = Frame<NftChainProgram>;
type Packet = Walker<NftChainProgram>;

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
  const walkers = [startWalk(program.chains.get(start.name)!, state, hits)];
  const policyEnd: Outcome | undefined = start.base?.policy === "drop" ? { kind: "dropped" } : undefined;
  let steps = 0;
  for (let walker = walkers.pop(); walker; walker = walkers.pop()) {
    const { state, hits, probability, frame } = walker;
    const finish = (end: Outcome | undefined, w: Omit<Packet, "frame"> = walker!) =>
      branches.push({ probability: w.probability, state: w.state, hits: w.hits, ...(end && { end }) });
    if (++steps > MAX_STEPS) {
      finish(TOO_MANY_STEPS);
      continue;
    }
    const rule = frame.chain.rules[frame.next];
    if (!rule) {
      if (frame.below) walkers.push({ state, hits, probability, frame: frame.below });
      else finish(policyEnd);
      continue;
    }
    const hit = hitAt(program, frame, rule);
    for (const step of runRule(rule, state, program)) {
      const share = probability * step.probability;
      if (share === 0) continue;
      if (step.kind === "no match") {
        walkers.push({ state: step.state, hits, probability: share, frame: nextFrame(frame) });
        continue;
      }
      const on = { state: step.state, hits: { hit, before: hits }, probability: share };
      if (step.kind === "unknown") {
        const end: Outcome = { kind: "unknown", reason: step.reason, at: hit, ...(step.asks && { asks: step.asks }) };
        finish(end, { ...on, hits });
        continue;
      }
      const way = wayOf(step, frame, program, hit);
      if (way === "return" && frame.below) walkers.push({ ...on, frame: frame.below });
      else if (way === "return") finish(policyEnd, on);
      else if ("frame" in way) walkers.push({ ...on, frame: way.frame });
      else finish(way.end, on);
    }
  }
  return branches;
}

function hitAt({ table }: NftProgram, { chain, next }: Place, rule: NftRule): RuleHit {
  return { kind: "nftables", family: table.family, table: table.name, chain: chain.name, position: next + 1, rule };
}

/** Where a packet goes that a rule applied to: on to a place, back to the calling chain, or to its end in this chain. */
type Way = { readonly frame: Place } | { readonly end: Outcome | undefined } | "return";

function wayOf(step: RuleStep, frame: Place, program: NftProgram, hit: RuleHit): Way {
  if (step.kind === "rejected") return { end: { kind: "rejected" } };
  if (step.kind !== "verdict") return { frame: nextFrame(frame) };
  const { verdict } = step;
  switch (verdict.kind) {
    case "jump":
    case "goto": {
      const chain = program.chains.get(verdict.chain);
      const call = { name: verdict.chain, chain, comesBack: verdict.kind === "jump", maxDepth: MAX_DEPTH };
      const entered = enterChain(call, frame);
      return typeof entered === "string" ? { end: { kind: "unknown", reason: entered, at: hit } } : { frame: entered };
    }
    case "accept":
      return { end: undefined };
    case "drop":
      return { end: { kind: "dropped" } };
    case "continue":
      return { frame: nextFrame(frame) };
    case "return":
      return "return";
  }
}
