/** Where the chains of a service port send a new connection. */
import { joinHostPort } from "../../net/ip.js";
import { printStatement } from "../../rulesets/nftables/statements/index.js";
import type { Expression, NftRule, Statement, Verdict } from "../../rulesets/nftables/types.js";
import { readObjectName } from "./paths.js";
import type { SetContents, Side } from "./side.js";

/** The address and port a client uses. */
export interface Destination {
  /** Undefined for a node port. */
  readonly address: string | undefined;
  readonly protocol: string;
  readonly port: number;
}

export interface Route {
  readonly shares: Map<string, number>;
  /** Of traffic of pods or the node itself, where it is sent elsewhere. */
  shortCircuit: Map<string, number> | undefined;
  /** Conditions under which traffic is marked for masquerading; "" stands for no condition. */
  readonly masquerade: Set<string>;
  readonly hairpin: Set<string>;
  affinitySeconds: number | undefined;
  /** Set when a rule drops or rejects all traffic. */
  refused: "drop" | "reject" | undefined;
  /** Chains passed, in order. */
  readonly chains: Set<string>;
  /** Line of the rule that shares traffic out. */
  line: number | undefined;
}

const MARK_FOR_MASQUERADE = "mark-for-masquerade";
/** kube-proxy's chains lead to each other at most four deep. */
const DEEPEST = 8;

/** Follows a chain for connections to a destination. */
export function followChain(side: Side, chain: string, to: Destination): Route {
  const route: Route = {
    shares: new Map(),
    shortCircuit: undefined,
    masquerade: new Set(),
    hairpin: new Set(),
    affinitySeconds: undefined,
    refused: undefined,
    chains: new Set(),
    line: undefined,
  };
  follow({ side, to, route }, chain, 1, route.shares, 0);
  return route;
}

interface Walk {
  readonly side: Side;
  readonly to: Destination;
  readonly route: Route;
}

/** A rule taken apart: what must hold for it, and what it does. */
interface Parts {
  /** Printed conditions that are not settled by the destination. */
  readonly conditions: readonly string[];
  readonly affinitySet: string | undefined;
  readonly action: Statement | undefined;
}

/** Adds what a chain does with a share of the traffic; gives the share that falls off its end. */
function follow(walk: Walk, chain: string, share: number, shares: Map<string, number>, depth: number): number {
  const contents = walk.side.chains.get(chain);
  if (!contents || depth > DEEPEST) return share;
  walk.route.chains.add(chain);
  for (const rule of contents.rules) {
    const parts = takeApart(rule, walk.to);
    if (!parts?.action) continue;
    const { action, conditions, affinitySet } = parts;
    const marks = marksForMasquerade(action);
    if (affinitySet !== undefined) noteAffinity(walk, affinitySet);
    else if (marks && isHairpin(rule, contents.rules)) noteHairpin(walk, contents.rules);
    else if (marks) walk.route.masquerade.add(conditions.join(" "));
    else if (conditions.length > 0) shortCircuit(walk, action, share, depth);
    else if (shareOut(walk, rule, action, share, shares, depth)) return 0;
  }
  return share;
}

/** Undefined when the rule does not concern the destination. */
function takeApart(rule: NftRule, to: Destination): Parts | undefined {
  const conditions: string[] = [];
  let affinitySet: string | undefined;
  for (const statement of rule.statements) {
    if (statement.kind === "counter") continue;
    if (statement.kind !== "match") return { conditions, affinitySet, action: statement };
    const settled = isSettled(statement, to);
    if (settled === false) return undefined;
    if (settled) continue;
    const { left, right } = statement;
    if (right.kind === "set-reference" && isAddress(left, "saddr") && readObjectName(right.name)?.kind === "affinity")
      affinitySet = right.name;
    else conditions.push(printStatement(statement));
  }
  return { conditions, affinitySet, action: undefined };
}

/** Whether a match holds for every or for no connection to the destination; undefined when that depends on more. */
function isSettled(
  { left, operator, right }: Extract<Statement, { kind: "match" }>,
  to: Destination,
): boolean | undefined {
  if (right.kind !== "literal") return undefined;
  const answer = (value: string | number | undefined) =>
    operator === "==" ? right.value === value : operator === "!=" ? right.value !== value : undefined;
  if (left.kind === "meta" && left.key === "l4proto") return answer(to.protocol);
  if (isAddress(left, "daddr")) return answer(to.address);
  if (left.kind === "payload" && left.field === "dport")
    return left.protocol === "th" || left.protocol === to.protocol ? answer(to.port) : false;
  return undefined;
}

function isAddress(expression: Expression, field: "saddr" | "daddr"): boolean {
  return expression.kind === "payload" && /^ip6?$/.test(expression.protocol) && expression.field === field;
}

function marksForMasquerade(action: Statement): boolean {
  if (action.kind === "set-mark") return action.operator === "or";
  return action.kind === "verdict" && "chain" in action.verdict && action.verdict.chain === MARK_FOR_MASQUERADE;
}

function noteAffinity({ side, route }: Walk, set: string): void {
  const seconds = side.sets.get(set)?.set.timeoutSeconds;
  if (seconds !== undefined) route.affinitySeconds = Math.max(seconds, route.affinitySeconds ?? 0);
}

/** A connection from the very address that the chain sends to. */
function isHairpin(rule: NftRule, rules: readonly NftRule[]): boolean {
  const target = rules.flatMap(({ statements }) => statements).find((statement) => statement.kind === "dnat");
  return rule.statements.some(
    (statement) =>
      statement.kind === "match" &&
      isAddress(statement.left, "saddr") &&
      statement.right.kind === "literal" &&
      statement.right.value === target?.address,
  );
}

function noteHairpin({ route }: Walk, rules: readonly NftRule[]): void {
  for (const { statements } of rules)
    for (const statement of statements)
      if (statement.kind === "dnat") route.hairpin.add(joinHostPort(statement.address, statement.port));
}

/** Traffic that a condition sends past the rules that follow. */
function shortCircuit(walk: Walk, action: Statement, share: number, depth: number): void {
  if (action.kind !== "verdict" || !("chain" in action.verdict)) return;
  const shares = new Map<string, number>();
  follow(walk, action.verdict.chain, share, shares, depth + 1);
  walk.route.shortCircuit ??= shares;
}

/** Does an action without conditions; true when no traffic is left for the rules that follow. */
function shareOut(
  walk: Walk,
  rule: NftRule,
  action: Statement,
  share: number,
  shares: Map<string, number>,
  depth: number,
): boolean {
  const send = (address: string, port: number, part: number) => {
    const target = joinHostPort(address, port);
    shares.set(target, (shares.get(target) ?? 0) + part);
    if (isInHairpinSet(walk, target)) walk.route.hairpin.add(target);
  };
  switch (action.kind) {
    case "dnat":
      send(action.address, action.port, share);
      return true;
    case "dnat-map": {
      const modulus = action.key.kind === "numgen" ? action.key.modulus : action.targets.length;
      walk.route.line ??= rule.line;
      for (const { address, port } of action.targets.slice(0, modulus)) send(address, port, share / modulus);
      return action.targets.length >= modulus;
    }
    case "vmap": {
      if ("name" in action.map || action.key.kind !== "numgen") return false;
      const { modulus } = action.key;
      walk.route.line ??= rule.line;
      let covered = 0;
      for (const { key, verdict } of action.map.entries) {
        if (key.kind !== "literal" || typeof key.value !== "number" || key.value >= modulus) continue;
        covered++;
        if ("chain" in verdict) follow(walk, verdict.chain, share / modulus, shares, depth + 1);
      }
      return covered >= modulus;
    }
    case "verdict":
      return takeVerdict(walk, action.verdict, share, shares, depth);
    case "reject":
      walk.route.refused = "reject";
      return true;
    default:
      return false;
  }
}

function takeVerdict(walk: Walk, verdict: Verdict, share: number, shares: Map<string, number>, depth: number): boolean {
  if ("chain" in verdict) {
    const left = follow(walk, verdict.chain, share, shares, depth + 1);
    return verdict.kind === "goto" || left === 0;
  }
  if (verdict.kind === "drop") walk.route.refused = "drop";
  return verdict.kind !== "continue";
}

/** By set, the targets of each protocol. */
const hairpinTargets = new WeakMap<SetContents, ReadonlyMap<string, ReadonlySet<string>>>();

/** With the hairpin set, pods that reach themselves are told by it. */
function isInHairpinSet({ side, to }: Walk, target: string): boolean {
  const set = side.sets.get("hairpin-connections");
  if (!set) return false;
  let targets = hairpinTargets.get(set);
  if (!targets) hairpinTargets.set(set, (targets = targetsOf(set)));
  return targets.get(to.protocol)?.has(target) === true;
}

/** A pod that reaches itself has the same address twice. */
function targetsOf({ elements }: SetContents): Map<string, Set<string>> {
  const targets = new Map<string, Set<string>>();
  for (const { key } of elements.values()) {
    const [source, destination, protocol, port] = key;
    if (key.length !== 4 || source !== destination) continue;
    const own = targets.get(String(protocol)) ?? new Set();
    targets.set(String(protocol), own.add(joinHostPort(String(source), Number(port))));
  }
  return targets;
}
