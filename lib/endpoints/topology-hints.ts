/** Zone hints of a Service with the topology annotation: endpoints shared out by the CPU of the zones. */
import type { SliceEndpoint } from "../kube/types.js";

/** How far a zone may be short of its share. */
const OVERLOAD_THRESHOLD = 0.2;

/**
 * Gives every ready endpoint one zone hint, or none to any when the zones cannot be served evenly.
 * `endpoints`: all of the Service and family, in output order; their hints are set in place.
 * Ties, random upstream, go by zone name.
 * Source: staging/src/k8s.io/endpointslice/topologycache.
 */
export function allocateZoneHints(
  endpoints: readonly SliceEndpoint[],
  weights: ReadonlyMap<string, number> | undefined,
): void {
  const ready = endpoints.filter((e) => e.conditions?.ready);
  const targets = weights && zoneTargets(weights, ready.length);
  if (!targets || ready.some((e) => !e.zone)) return;
  const moves = planMoves(ready, targets);
  for (const e of ready) e.hints = { forZones: [{ name: takeMove(moves, e.zone!) ?? e.zone! }] };
}

/** How many endpoints each zone should be hinted; undefined when there are too few to go round. */
function zoneTargets(weights: ReadonlyMap<string, number>, count: number): Map<string, number> | undefined {
  if (weights.size > count) return undefined;
  const targets = new Map<string, number>();
  let sumOfMinimums = 0;
  for (const [zone, weight] of weights) {
    const want = weight * count;
    const minimum = Math.ceil(want * (1 / (1 + OVERLOAD_THRESHOLD)));
    sumOfMinimums += minimum;
    targets.set(zone, Math.max(want, minimum));
  }
  return sumOfMinimums > count ? undefined : targets;
}

/** From zone to zone, how many endpoints change hints. */
type Moves = Map<string, Map<string, number>>;

function planMoves(ready: readonly SliceEndpoint[], targets: ReadonlyMap<string, number>): Moves {
  const counts = new Map<string, number>();
  for (const { zone } of ready) counts.set(zone!, (counts.get(zone!) ?? 0) + 1);
  const surplus = new Map<string, number>();
  const deficit = new Map<string, number>();
  for (const [zone, target] of targets) {
    const count = counts.get(zone) ?? 0;
    if (count > target) surplus.set(zone, count - target);
    else if (count < target) deficit.set(zone, target - count);
  }
  const moves: Moves = new Map();
  for (;;) {
    const giving = largest(surplus);
    const receiving = largest(deficit);
    if (giving === undefined || receiving === undefined) return moves;
    const more = surplus.get(giving)!;
    const less = deficit.get(receiving)!;
    if (more < 0.5 || less < 0.5 || (more < 1 && less < 1)) return moves;
    let to = moves.get(giving);
    if (!to) moves.set(giving, (to = new Map()));
    to.set(receiving, (to.get(receiving) ?? 0) + 1);
    surplus.set(giving, more - 1);
    deficit.set(receiving, less - 1);
  }
}

/** The zone of the largest value; the first by name on a tie. */
function largest(values: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined;
  let bestValue = -Infinity;
  for (const [zone, value] of values) {
    if (value < bestValue || (value === bestValue && best !== undefined && best < zone)) continue;
    best = zone;
    bestValue = value;
  }
  return best;
}

/** The first zone by name that `zone` still owes an endpoint, one endpoint less owed; undefined when it owes none. */
function takeMove(moves: Moves, zone: string): string | undefined {
  const owed = moves.get(zone);
  if (!owed) return undefined;
  let first: string | undefined;
  for (const [to, count] of owed) if (count > 0 && (first === undefined || to < first)) first = to;
  if (first !== undefined) owed.set(first, owed.get(first)! - 1);
  return first;
}
