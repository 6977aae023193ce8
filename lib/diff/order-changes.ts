/** One order for changes, with every tie broken. */
import { CHANGE_KINDS, type Change } from "./types.js";

const FIELDS = ["service", "port", "protocol", "kind", "endpoint", "frontend", "chain", "message"] as const;

/** By service (those of none last), port, protocol, kind, endpoint, frontend, chain, message. */
export function orderChanges(changes: readonly Change[]): Change[] {
  return [...changes].sort(compareChanges);
}

function compareChanges(a: Change, b: Change): number {
  for (const field of FIELDS) {
    if (field === "kind") {
      const order = CHANGE_KINDS.indexOf(a.kind) - CHANGE_KINDS.indexOf(b.kind);
      if (order !== 0) return order;
      continue;
    }
    const x = a[field];
    const y = b[field];
    if (x === y) continue;
    if (x === undefined) return 1;
    if (y === undefined) return -1;
    return x < y ? -1 : 1;
  }
  return 0;
}
