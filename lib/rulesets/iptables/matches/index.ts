/** All matches, one file each; the table that parser, printers and normal form go through. */
import type { IPFamily } from "../../../net/ip.js";
import type { Match } from "../types.js";
import { addrtype } from "./addrtype.js";
import { comment } from "./comment.js";
import { conntrack } from "./conntrack.js";
import { ipvs } from "./ipvs.js";
import { mark } from "./mark.js";
import type { MatchForm, MatchKind, MatchOf } from "./match-form.js";
import { multiport } from "./multiport.js";
import { nfacct } from "./nfacct.js";
import { physdev } from "./physdev.js";
import { recent } from "./recent.js";
import { set } from "./set.js";
import { statistic } from "./statistic.js";
import { transport } from "./transport.js";
import { unknown } from "./unknown.js";

export const MATCH_FORMS: { readonly [K in MatchKind]: MatchForm<MatchOf<K>> } = {
  comment,
  transport,
  addrtype,
  conntrack,
  mark,
  statistic,
  recent,
  nfacct,
  set,
  physdev,
  ipvs,
  multiport,
  unknown,
};

/** The form of a match's kind. The table's type ties the two; the compiler cannot follow that through an index. */
function formOf(match: Match): MatchForm<Match> {
  return MATCH_FORMS[match.kind] as unknown as MatchForm<Match>;
}

/** A match as kube-proxy writes it, with a leading space. */
export function printMatchRestore(match: Match): string {
  return formOf(match).restore(match);
}

/** A match as iptables-save prints it, with a leading space. */
export function printMatchSave(match: Match, family: IPFamily): string {
  return formOf(match).save(match, family);
}

/** The normal form of a match. */
export function normalizeMatch(match: Match, family: IPFamily): Match {
  return formOf(match).normalize(match, family);
}
