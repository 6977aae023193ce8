/** Conditions of iptables-nft of which nft's JSON tells that they are there, and not what they ask for. */
import type { NftRule, Statement } from "../../rulesets/nftables/types.js";
import type { ForeignBase } from "./foreign-bases.js";
import { NO, YES, type Meeting } from "./meeting.js";

const HIDES = /^\{"xt":\{"type":"match","name":"(?!comment")/;

export function isHidden(statement: Statement): boolean {
  return statement.kind === "unknown" && HIDES.test(statement.text);
}

/** Of a statement that is a hidden condition, where a search takes such for fulfilled, or not, in rules that accept nothing. */
export function meetHidden(rule: NftRule, statement: Statement, { hidden }: ForeignBase): Meeting | undefined {
  if (hidden === undefined || !isHidden(statement)) return undefined;
  if (rule.statements.some(isAccepting)) return NO;
  return hidden === "holds" ? YES : undefined;
}

const isAccepting = (statement: Statement) =>
  statement.kind === "verdict" && (statement.verdict.kind === "accept" || statement.verdict.kind === "return");
