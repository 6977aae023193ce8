/** All targets, one file each; the table that parser, printers and normal form go through. */
import type { IPFamily } from "../../../net/ip.js";
import type { Target } from "../types.js";
import { dnat } from "./dnat.js";
import { goto } from "./goto.js";
import { jump } from "./jump.js";
import { mark } from "./mark.js";
import { masquerade } from "./masquerade.js";
import { none } from "./none.js";
import { reject } from "./reject.js";
import { snat } from "./snat.js";
import type { TargetForm, TargetKind, TargetOf } from "./target-form.js";
import { unknown } from "./unknown.js";
import { verdict } from "./verdict.js";

export const TARGET_FORMS: { readonly [K in TargetKind]: TargetForm<TargetOf<K>> } = {
  none,
  accept: verdict,
  drop: verdict,
  return: verdict,
  jump,
  goto,
  reject,
  dnat,
  snat,
  masquerade,
  mark,
  unknown,
};

/** The form of a target's kind. The table's type ties the two; the compiler cannot follow that through an index. */
function formOf(target: Target): TargetForm<Target> {
  return TARGET_FORMS[target.kind] as unknown as TargetForm<Target>;
}

/** A target as kube-proxy writes it, with a leading space; empty for a rule without target. */
export function printTargetRestore(target: Target): string {
  return target.kind === "jump" ? " -j " + target.chain : formOf(target).restore(target);
}

/** A target as iptables-save prints it, with a leading space; empty for a rule without target. */
export function printTargetSave(target: Target, family: IPFamily): string {
  return target.kind === "jump" ? " -j " + target.chain : formOf(target).save(target, family);
}

/** The normal form of a target. */
export function normalizeTarget(target: Target, family: IPFamily): Target {
  return formOf(target).normalize(target, family);
}
