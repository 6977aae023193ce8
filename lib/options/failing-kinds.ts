import { IMPACT_KINDS } from "../api/impact.js";
import type { ImpactKind } from "../results/impact-report.js";
import { unknownWord } from "./usage-error.js";

/** `--fail-on`: the kinds of change, named with commas, that make the exit status 1. Throws a UsageError. */
export function failingKinds(texts: readonly string[]): ReadonlySet<ImpactKind> {
  if (texts.length === 0) return new Set(["lost", "exposed"]);
  const kinds = texts.flatMap((text) => text.split(",")).map((text) => text.trim());
  const named = kinds.filter((kind) => kind !== "" && kind !== "none");
  const known: readonly string[] = IMPACT_KINDS;
  const unknown = named.find((kind) => !known.includes(kind));
  if (unknown !== undefined)
    throw unknownWord(`--fail-on ${unknown}: not one of ${known.join(", ")}, none`, unknown, known);
  return new Set(named as ImpactKind[]);
}
