/** The share of a fleet that one run compares. */
import { UsageError } from "./usage-error.js";

/** The share of the nodes that this run compares: those whose place in the sorted list leaves `index` over. */
export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

/** Reads INDEX/COUNT; `jobIndex` stands for an INDEX that is left out. Undefined for no text; throws a UsageError. */
export function shardOf(text: string | undefined, jobIndex: string | undefined): Shard | undefined {
  if (text === undefined) return undefined;
  const m = /^(\d{1,6})?\/(\d{1,6})$/.exec(text);
  const given = m?.[1] ?? jobIndex ?? "";
  const index = /^\d{1,6}$/.test(given) ? Number(given) : NaN;
  const count = Number(m?.[2]);
  if (!m || !(count > 0)) throw new UsageError(`--shard ${text}: expected INDEX/COUNT, or /COUNT in an Indexed Job`);
  if (Number.isNaN(index))
    throw new UsageError(`--shard ${text}: there is no index`, "give it, or set JOB_COMPLETION_INDEX");
  if (index >= count) throw new UsageError(`--shard ${index}/${count}: the index counts from 0 to ${count - 1}`);
  return { index, count };
}

/** The shard's part of a sorted list. */
export function partOf<T>(items: readonly T[], shard: Shard | undefined): readonly T[] {
  return shard ? items.filter((_, i) => i % shard.count === shard.index) : items;
}
