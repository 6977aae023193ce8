/** A rule as the diff sees it: its normal form, its comment, and a text in which only meaning counts. */
import type { IPFamily } from "../../net/ip.js";
import { normalizeRule } from "../../rulesets/iptables/normalize.js";
import { parseRule } from "../../rulesets/iptables/parse-rule.js";
import { printRuleSave } from "../../rulesets/iptables/print-save.js";
import type { Clause, Rule, Target } from "../../rulesets/iptables/types.js";
import type { FileLine } from "../types.js";
import { readPlainRule } from "./plain-rule.js";

export interface KubeRule {
  readonly chain: string;
  /** Normal form without comment and nfacct clauses: what the rule does. */
  readonly clauses: readonly Clause[];
  readonly target: Target;
  readonly comment: string | undefined;
  /** As iptables-save prints it, for people. */
  readonly text: string;
  /** Equal for rules that do the same: no comment, no packet counter, no --random-fully. */
  readonly meaning: string;
  /** The rule differs from another only by counting packets. */
  readonly countsOnly: boolean;
  readonly at: FileLine | undefined;
}

/** Reads a line in save spelling; a line that cannot be read keeps its text as its meaning. */
export function readKubeRule(line: string, family: IPFamily, at: FileLine | undefined): KubeRule {
  const plain = readPlainRule(line, family);
  if (!plain) return readAnyRule(line, family, at);
  const { chain, clauses, target, comment, meaning } = plain;
  return { chain, clauses, target, comment, text: line, meaning, countsOnly: false, at };
}

/** The same rule at another place. Written out, since to spread an object takes longer than to read a plain rule. */
export function atPlace(rule: KubeRule, at: FileLine | undefined): KubeRule {
  const { chain, clauses, target, comment, text, meaning, countsOnly } = rule;
  return { chain, clauses, target, comment, text, meaning, countsOnly, at };
}

/** The same whatever the line looks like: word by word. */
export function readAnyRule(line: string, family: IPFamily, at: FileLine | undefined): KubeRule {
  const parsed = parseRule(line);
  if ("problem" in parsed) {
    const chain = line.split(" ")[1] ?? "";
    const clauses: readonly Clause[] = [{ kind: "unknown", module: "", tokens: [line] }];
    return {
      chain,
      clauses,
      target: { kind: "none" },
      comment: undefined,
      text: line,
      meaning: line,
      countsOnly: false,
      at,
    };
  }
  const normal = normalizeRule(parsed.rule, family);
  const clauses = normal.clauses.filter((clause) => clause.kind !== "comment" && clause.kind !== "nfacct");
  const comment = normal.clauses.find((clause) => clause.kind === "comment");
  const isBare = clauses.length === normal.clauses.length && normal.target.kind !== "masquerade";
  // Of equal texts the one that is there already is kept.
  const printed = printRuleSave(normal, family);
  const text = printed === line ? line : printed;
  const meaning = isBare
    ? text
    : printRuleSave({ chain: normal.chain, clauses, target: withoutRandomFully(normal.target) }, family);
  return {
    chain: normal.chain,
    clauses,
    target: normal.target,
    comment: comment?.text,
    text,
    meaning: meaning === text ? text : meaning,
    countsOnly: isLocalhostCounter(normal),
    at,
  };
}

function withoutRandomFully(target: Target): Target {
  return target.kind === "masquerade" ? { ...target, randomFully: false } : target;
}

/**
 * The rule that counts node-port connections to 127.0.0.0/8 before another takes the same port.
 * Source: kube-proxy pkg/proxy/iptables/proxier.go, localhost_nps_accepted_pkts.
 */
function isLocalhostCounter({ chain, clauses }: Rule): boolean {
  return (
    chain === "KUBE-NODEPORTS" &&
    clauses.some((c) => c.kind === "nfacct") &&
    clauses.some((c) => c.kind === "destination")
  );
}
