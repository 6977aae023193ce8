/** How connections move among endpoints. */
import type { ImpactMove } from "../results/impact-report.js";
import { SHARE_TOLERANCE } from "../trace/index.js";
import { sharesByTarget } from "./classify.js";
import type { Share } from "./types.js";

/** Where an endpoint is; "" where that is not known. */
export interface EndpointPlace {
  readonly node: string;
  readonly zone: string;
}

export interface MoveContext {
  /** By "ip:port". */
  readonly placeBefore: (target: string) => EndpointPlace;
  readonly placeAfter: (target: string) => EndpointPlace;
  readonly node: string;
  readonly zone: string;
  /** Whether there are endpoints that do not take part, before and after. */
  readonly restrictedBefore: boolean;
  readonly restrictedAfter: boolean;
}

/** Counts, the busiest endpoint, zones, and whether traffic stayed on the node or in its zone. */
export function moveOf(before: readonly Share[], after: readonly Share[], context: MoveContext): ImpactMove {
  const [b, a] = [sharesByTarget(before), sharesByTarget(after)];
  let kept = 0;
  for (const target of b.keys()) if (a.has(target)) kept++;
  const locality = localityOf(b, a, context);
  return {
    before: b.size,
    after: a.size,
    kept,
    busiest: { before: largest(b), after: largest(a) },
    zones: zonesOf(b, a, context),
    ...(locality && { locality }),
  };
}

function largest(shares: ReadonlyMap<string, number>): number {
  let most = 0;
  for (const share of shares.values()) if (share > most) most = share;
  return rounded(most);
}

/** Shares to nine decimals, so that sums of the same numbers are the same. */
export function rounded(share: number): number {
  return Math.round(share * 1e9) / 1e9;
}

function zonesOf(b: ReadonlyMap<string, number>, a: ReadonlyMap<string, number>, context: MoveContext) {
  const sums = (shares: ReadonlyMap<string, number>, place: MoveContext["placeBefore"]) => {
    const zones = new Map<string, number>();
    for (const [target, share] of shares) {
      const { zone } = place(target);
      if (zone !== "") zones.set(zone, (zones.get(zone) ?? 0) + share);
    }
    return zones;
  };
  const [before, after] = [sums(b, context.placeBefore), sums(a, context.placeAfter)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .map((zone) => ({ zone, before: rounded(before.get(zone) ?? 0), after: rounded(after.get(zone) ?? 0) }))
    .filter((one) => Math.abs(one.before - one.after) > SHARE_TOLERANCE);
}

function localityOf(
  b: ReadonlyMap<string, number>,
  a: ReadonlyMap<string, number>,
  context: MoveContext,
): "lost" | "won" | undefined {
  const isLocal = (shares: ReadonlyMap<string, number>, place: MoveContext["placeBefore"], restricted: boolean) =>
    restricted && [...shares.keys()].every((target) => isNear(place(target), context));
  const [before, after] = [
    isLocal(b, context.placeBefore, context.restrictedBefore),
    isLocal(a, context.placeAfter, context.restrictedAfter),
  ];
  // Endpoints elsewhere that are gone leave no choice, so that nothing was lost or won.
  if (before === after) return undefined;
  const far = before ? isFar(a, context.placeAfter, context) : isFar(b, context.placeBefore, context);
  return far ? (before ? "lost" : "won") : undefined;
}

function isNear({ node, zone }: EndpointPlace, own: MoveContext): boolean {
  return (own.node !== "" && node === own.node) || (own.zone !== "" && zone === own.zone);
}

function isFar(shares: ReadonlyMap<string, number>, place: MoveContext["placeBefore"], own: MoveContext): boolean {
  return [...shares.keys()].some((target) => !isNear(place(target), own));
}
