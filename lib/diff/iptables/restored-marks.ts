/** Marks that come back from a connection (CONNMARK --restore-mark), of which that for masquerading is no part. */
import type { TableName, Target } from "../../rulesets/iptables/types.js";
import { isDispatchChain, isEndpointChain, serviceHashOf } from "./kube-chains.js";
import type { KubeRule } from "./kube-rule.js";
import { Side } from "./side.js";

/**
 * The side with rules that restore the mark of the connection as rules that take the bit off: at its first packet a connection has no
 * mark but what rules gave it. Where one may have given it the bit, or where table mangle is not known, in which such rules stand,
 * nothing is sure, and the side is given back.
 */
export function withRestoredMarks(side: Side, bit: number): Side {
  if (!side.tables.has("mangle")) return side;
  const targets = connmarksOf(side);
  const mayGive = (target: Target) => !restoredBits(target) && !keepsOff(target, bit);
  return targets.some((target) => (restoredBits(target) ?? 0) & bit) && !targets.some(mayGive)
    ? new RestoringSide(side)
    : side;
}

class RestoringSide extends Side {
  private readonly cleared = new WeakMap<KubeRule, KubeRule>();

  constructor(private readonly own: Side) {
    super(own.tables, own.family);
  }

  override rulesOf(table: TableName, chain: string): readonly KubeRule[] {
    return this.own.rulesOf(table, chain).map((rule) => this.asClearing(rule));
  }

  private asClearing(rule: KubeRule): KubeRule {
    const mask = restoredBits(rule.target);
    if (mask === undefined) return rule;
    let clearing = this.cleared.get(rule);
    if (!clearing) this.cleared.set(rule, (clearing = { ...rule, target: { kind: "mark", value: 0, mask } }));
    return clearing;
  }
}

/** All targets CONNMARK, of chains that may hold rules of others. */
function connmarksOf(side: Side): readonly Target[] {
  const found: Target[] = [];
  for (const [table, { chains }] of side.tables)
    for (const chain of chains.keys()) {
      if (serviceHashOf(chain) !== undefined || isEndpointChain(chain) || isDispatchChain(table, chain)) continue;
      if (!chains.get(chain)?.texts.some((text) => text.includes("CONNMARK"))) continue;
      for (const { target } of side.rulesOf(table, chain))
        if (target.kind === "unknown" && target.name === "CONNMARK") found.push(target);
    }
  return found;
}

/** The bits of the packet's mark that come from the connection. */
function restoredBits(target: Target): number | undefined {
  if (target.kind !== "unknown" || target.name !== "CONNMARK" || target.tokens[0] !== "--restore-mark")
    return undefined;
  const options = optionsOf(target.tokens.slice(1));
  return options.get("--nfmask") ?? options.get("--mask") ?? ALL;
}

const ALL = 0xffffffff;

/** Whether what it writes to the connection cannot have the bit. */
function keepsOff(target: Target, bit: number): boolean {
  if (target.kind !== "unknown") return false;
  const [option, ...rest] = target.tokens;
  if (option === "--set-xmark" || option === "--set-mark") return (Number(rest[0]?.split("/")[0]) & bit) === 0;
  if (option !== "--save-mark") return false;
  const options = optionsOf(rest);
  const mask = options.get("--nfmask") ?? options.get("--mask") ?? ALL;
  return (mask & bit) === 0;
}

/** "--nfmask 0xff". */
function optionsOf(tokens: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    tokens.flatMap((token, i) => (token.startsWith("--") ? [[token, Number(tokens[i + 1])] as const] : [])),
  );
}
