/** What every target file supplies, as matches/match-form.ts does for matches. */
import type { IPFamily } from "../../../net/ip.js";
import type { Option } from "../matches/match-form.js";
import type { Target } from "../types.js";
import type { WordReader } from "../word-reader.js";

export type TargetKind = Target["kind"];
/** The member whose kinds include K (accept, drop and return share one). */
export type TargetOf<K extends TargetKind> = Target extends infer T
  ? T extends { readonly kind: infer Kinds }
    ? K extends Kinds
      ? T
      : never
    : never
  : never;

export interface TargetForm<T extends Target> {
  /** The names after -j; empty for what is told by other means. */
  readonly names: readonly string[];
  readonly options: Readonly<Record<string, number>>;
  /** The target of these options; undefined when they say something that the shape has no place for. */
  build(options: readonly Option[], name: string): T | undefined;
  /** The target in the words of `iptables -L`, which follow those of the matches. */
  list?(words: WordReader, name: string): T | undefined;
  /** With a leading space, or empty. */
  restore(target: T): string;
  save(target: T, family: IPFamily): string;
  normalize(target: T, family: IPFamily): T;
}
