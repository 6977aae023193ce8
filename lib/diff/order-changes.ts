/** One order for changes, with every tie broken. */
import { harmRank } from "./harm-of.js";
import { CHANGE_KINDS, type Change } from "./types.js";

const FIELDS = ["service", "port", "protocol", "endpoint", "frontend", "chain", "ipFamily", "message"] as const;

/** Worst first (see `HARMS`), then by kind, service (those of none last), port, protocol, endpoint, frontend, chain,
 * IP family, message. */
export function orderChanges(changes: readonly Change[]): Change[] {
  const ranked = changes.map((change) => ({ change, rank: harmRank(change) }));
  return ranked.sort((a, b) => a.rank - b.rank || compareChanges(a.change, b.change)).map(({ change }) => change);
}

function compareChanges(a: Change, b: Change): number {
  const order = CHANGE_KINDS.indexOf(a.kind) - CHANGE_KINDS.indexOf(b.kind);
  if (order !== 0) return order;
  for (const field of FIELDS) {
    const x = a[field];
    const y = b[field];
    if (x === y) continue;
    if (x === undefined) return 1;
    if (y === undefined) return -1;
    return x < y ? -1 : 1;
  }
  return 0;
}
