/** What kind of change two distributions over outcomes are. */
import type { ImpactKind } from "../results/impact-report.js";
import { joinHostPort } from "../net/ip.js";
import { equalDistributions, outcomeKey, SHARE_TOLERANCE } from "../trace/index.js";
import type { Share } from "./types.js";

export type OutcomeChange = Extract<ImpactKind, "lost" | "exposed" | "identity" | "moved" | "refusal">;

/** The kinds of change, none when nothing differs; "unknown" when one side cannot be told and they are not equal. */
export function classify(before: readonly Share[], after: readonly Share[]): readonly OutcomeChange[] | "unknown" {
  const [b, a] = [byKey(before), byKey(after)];
  if (equalDistributions(b, a)) return before.some(isUnknown) ? "unknown" : [];
  if ([...before, ...after].some(isUnknown)) return "unknown";
  const [forwardedBefore, forwardedAfter] = [forwarded(before), forwarded(after)];
  if (forwardedBefore > forwardedAfter + SHARE_TOLERANCE) return ["lost"];
  if (forwardedAfter > forwardedBefore + SHARE_TOLERANCE) return ["exposed"];
  if (forwardedBefore < SHARE_TOLERANCE) return ["refusal"];
  const changes: OutcomeChange[] = [];
  const isMoved = !equalDistributions(sharesByTarget(before), sharesByTarget(after));
  if (isMoved) changes.push("moved");
  if (Math.abs(masqueraded(before) - masqueraded(after)) > SHARE_TOLERANCE || !isMoved) changes.push("identity");
  return changes;
}

function isUnknown({ outcome, probability }: Share): boolean {
  return outcome.kind === "unknown" && probability > SHARE_TOLERANCE;
}

function byKey(shares: readonly Share[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { outcome, probability } of shares) add(sums, outcomeKey(outcome), probability);
  return sums;
}

/** Shares by target "ip:port", whatever becomes of the source. */
export function sharesByTarget(shares: readonly Share[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { outcome, probability } of shares)
    if (outcome.kind === "endpoint") add(sums, joinHostPort(outcome.address, outcome.port), probability);
  return sums;
}

function add(sums: Map<string, number>, key: string, share: number): void {
  sums.set(key, (sums.get(key) ?? 0) + share);
}

/** The share that reaches an endpoint. */
export function forwarded(shares: readonly Share[]): number {
  return shares.reduce((sum, { outcome, probability }) => sum + (outcome.kind === "endpoint" ? probability : 0), 0);
}

function masqueraded(shares: readonly Share[]): number {
  return shares.reduce(
    (sum, { outcome, probability }) => sum + (outcome.kind === "endpoint" && outcome.masqueraded ? probability : 0),
    0,
  );
}
