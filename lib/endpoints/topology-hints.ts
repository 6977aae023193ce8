/** Zone hints of a Service with the topology annotation: endpoints shared out by the CPU of the zones. */
import type { SliceEndpoint } from "../kube/types.js";

/** How far a zone may be short of its share. */
const OVERLOAD_THRESHOLD = 0.2;

/**
 * Gives every ready endpoint one zone hint, or none to any when the zones cannot be served evenly.
 * `endpoints`: all of the Service and family, in output order; their hints are set in place.
 * What upstream leaves to the order of a map is settled: ties and receiving zones go by zone name, and the endpoints
 * that a zone gives away are spread evenly over its endpoints.
 * Source: staging/src/k8s.io/endpointslice/topologycache.
 */
export function allocateZoneHints(
  endpoints: readonly SliceEndpoint[],
  weights: ReadonlyMap<string, number> | undefined,
): void {
  const ready = endpoints.filter((e) => e.conditions?.ready);
  const targets = weights && zoneTargets(weights, ready.length);
  if (!targets || ready.some((e) => !e.zone)) return;
  const byZone = groupByZone(ready);
  const { giving, receiving } = planMoves(byZone, targets);
  for (const e of ready) e.hints = { forZones: [{ name: e.zone! }] };
  for (const [zone, moves] of inNameOrder(giving)) {
    const own = byZone.get(zone)!;
    for (let k = 0; k < moves; k++) {
      const [to, owed] = inNameOrder(receiving).find(([, count]) => count > 0)!;
      receiving.set(to, owed - 1);
      own[Math.floor(((2 * k + 1) * own.length) / (2 * moves))]!.hints = { forZones: [{ name: to }] };
    }
  }
}

function groupByZone(endpoints: readonly SliceEndpoint[]): Map<string, SliceEndpoint[]> {
  const groups = new Map<string, SliceEndpoint[]>();
  for (const e of endpoints) {
    const group = groups.get(e.zone!);
    if (group) group.push(e);
    else groups.set(e.zone!, [e]);
  }
  return groups;
}

function inNameOrder(zones: ReadonlyMap<string, number>): [string, number][] {
  return [...zones].sort(([a], [b]) => (a < b ? -1 : 1));
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

/** How many endpoints each zone gives away, and how many each takes; both sum up to the same. */
interface Moves {
  readonly giving: Map<string, number>;
  readonly receiving: Map<string, number>;
}

function planMoves(byZone: ReadonlyMap<string, readonly unknown[]>, targets: ReadonlyMap<string, number>): Moves {
  const surplus = new Map<string, number>();
  const deficit = new Map<string, number>();
  for (const [zone, target] of targets) {
    const count = byZone.get(zone)?.length ?? 0;
    if (count > target) surplus.set(zone, count - target);
    else if (count < target) deficit.set(zone, target - count);
  }
  const moves: Moves = { giving: new Map(), receiving: new Map() };
  for (;;) {
    const from = largest(surplus);
    const to = largest(deficit);
    if (from === undefined || to === undefined) return moves;
    const more = surplus.get(from)!;
    const less = deficit.get(to)!;
    if (more < 0.5 || less < 0.5 || (more < 1 && less < 1)) return moves;
    moves.giving.set(from, (moves.giving.get(from) ?? 0) + 1);
    moves.receiving.set(to, (moves.receiving.get(to) ?? 0) + 1);
    surplus.set(from, more - 1);
    deficit.set(to, less - 1);
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
