/** A packet walked through one built-in chain of an iptables table. */
import type { Rule, TableName, Target } from "../../rulesets/iptables/types.js";
import { parseIP } from "../../net/ip.js";
import type { Branch } from "../branch.js";
import type { HitList, PacketState } from "../packet-state.js";
import type { Outcome, RuleHit } from "../types.js";
import { translateDestination, masquerade, giveSource } from "../translate.js";
import { questionText } from "../question-text.js";
import { parseDnatTarget } from "./dnat-target.js";
import type { ChainProgram, TableProgram } from "./program.js";
import { enterChain, MAX_STEPS, nextFrame, startWalk, TOO_MANY_STEPS, type Frame } from "../walker.js";

/** The kernel refuses loops; a text may have them. */
const MAX_DEPTH = 64;

/** Targets that let the packet pass on as it is. */
const WITHOUT_EFFECT = new Set(["LOG", "NFLOG", "ULOG", "TRACE", "TCPMSS", "CHECKSUM", "AUDIT", "LED"]);

/**
 * The ways a packet can take through a built-in chain. Branches without `end` go on to the next table.
 * Source: Linux net/ipv4/netfilter/ip_tables.c and the targets' modules.
 */
export function walkChain(
  table: TableName,
  program: TableProgram,
  start: ChainProgram,
  state: PacketState,
  hits: HitList | undefined,
): Branch[] {
  const branches: Branch[] = [];
  const walkers = [startWalk(start, state, hits)];
  const policyEnd: Outcome | undefined = start.policy === "DROP" ? { kind: "dropped" } : undefined;
  let steps = 0;
  for (let walker = walkers.pop(); walker; walker = walkers.pop()) {
    let { state, hits, probability } = walker;
    let frame: Frame<ChainProgram> = walker.frame;
    const finish = (end?: Outcome) =>
      branches.push(end ? { probability, state, hits, end } : { probability, state, hits });
    walk: for (;;) {
      if (++steps > MAX_STEPS) {
        finish(TOO_MANY_STEPS);
        break;
      }
      const { chain, next, below }: Frame<ChainProgram> = frame;
      const positions = chain.candidates(state.destination.text);
      const position = positions[next];
      if (position === undefined) {
        if (below) {
          frame = below;
          continue;
        }
        finish(policyEnd);
        break;
      }
      const after = nextFrame(frame);
      const likelihood = chain.likelihood(position, state);
      const rule = chain.rules[position]!;
      if (likelihood === 0 || (likelihood === undefined && isWithoutEffect(rule.target))) {
        frame = after;
        continue;
      }
      const hit: RuleHit = { kind: "iptables", table, chain: chain.name, position: position + 1, rule };
      if (likelihood === undefined) {
        const asks = chain.asks(position, state);
        const reason = asks ? questionText(asks) : `a match is not understood: ${unknownClause(rule)}`;
        finish({ kind: "unknown", reason, at: hit, ...(asks && { asks }) });
        break;
      }
      if (likelihood < 1) walkers.push({ state, hits, probability: probability * (1 - likelihood), frame: after });
      probability *= likelihood;
      hits = { hit, before: hits };
      state = remember(rule, state);
      const step = applyTarget(rule.target, state, hit);
      switch (step.kind) {
        case "on":
          state = step.state;
          frame = after;
          continue;
        case "end":
          finish(step.outcome);
          break walk;
        case "accept":
          state = step.state;
          finish();
          break walk;
        case "return":
          if (!below) {
            finish(policyEnd);
            break walk;
          }
          frame = below;
          continue;
        case "enter": {
          const call = {
            name: step.chain,
            chain: program.get(step.chain),
            comesBack: step.comesBack,
            maxDepth: MAX_DEPTH,
          };
          const entered = enterChain(call, frame);
          if (typeof entered === "string") {
            finish({ kind: "unknown", reason: entered, at: hit });
            break walk;
          }
          frame = entered;
          continue;
        }
      }
    }
  }
  return branches;
}

/** Whether it is all the same to the packet if a rule with this target applies. */
function isWithoutEffect(target: Target): boolean {
  return target.kind === "none" || (target.kind === "unknown" && WITHOUT_EFFECT.has(target.name));
}

type Step =
  | { readonly kind: "on" | "accept"; readonly state: PacketState }
  | { readonly kind: "end"; readonly outcome: Outcome }
  | { readonly kind: "return" }
  | { readonly kind: "enter"; readonly chain: string; readonly comesBack: boolean };

function applyTarget(target: Target, state: PacketState, at: RuleHit): Step {
  const unknown = (reason: string): Step => ({ kind: "end", outcome: { kind: "unknown", reason, at } });
  switch (target.kind) {
    case "none":
      return { kind: "on", state };
    case "accept":
      return { kind: "accept", state };
    case "drop":
      return { kind: "end", outcome: { kind: "dropped" } };
    case "reject":
      return { kind: "end", outcome: { kind: "rejected" } };
    case "return":
      return { kind: "return" };
    case "jump":
      return { kind: "enter", chain: target.chain, comesBack: true };
    case "goto":
      return { kind: "enter", chain: target.chain, comesBack: false };
    case "mark":
      return { kind: "on", state: { ...state, mark: ((state.mark & ~target.mask) ^ target.value) >>> 0 } };
    case "dnat": {
      const to = parseDnatTarget(target.to);
      if (!to) return unknown(`DNAT to ${target.to} is not understood`);
      return { kind: "accept", state: translateDestination(state, to.address, to.port ?? state.destinationPort) };
    }
    case "masquerade":
      return { kind: "accept", state: masquerade(state) };
    case "snat": {
      const address = parseIP(target.to);
      if (!address) return unknown(`SNAT to ${target.to} is not understood`);
      return { kind: "accept", state: giveSource(state, address) };
    }
    case "unknown":
      return WITHOUT_EFFECT.has(target.name)
        ? { kind: "on", state }
        : unknown(`target ${target.name} is not understood`);
  }
}

/** `recent --set` and `--update` note the client, which is what session affinity reads later. */
function remember(rule: Rule, state: PacketState): PacketState {
  let remembered = state.remembered;
  for (const clause of rule.clauses)
    if (clause.kind === "recent" && (clause.action === "set" || clause.action === "update"))
      remembered = [...remembered, clause.name];
  return remembered === state.remembered ? state : { ...state, remembered };
}

function unknownClause(rule: Rule): string {
  for (const clause of rule.clauses) {
    if (clause.kind === "unknown") return `-m ${clause.module}`;
    if ("rest" in clause && clause.rest && clause.rest.length > 0) return `-m ${clause.kind} ${clause.rest.join(" ")}`;
  }
  return "it asks for what is not known of the packet or the node";
}
