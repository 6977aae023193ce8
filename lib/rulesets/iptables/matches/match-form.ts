/** What every match file supplies; the parser, both printers and the normal form are driven by these. */
import type { IPFamily } from "../../../net/ip.js";
import type { Match } from "../types.js";
import type { WordReader } from "../word-reader.js";

/** One option of a rule line: `! --dport 80`. */
export interface Option {
  /** With its dashes. */
  readonly name: string;
  readonly negated: boolean;
  /** Without quotes. */
  readonly values: readonly string[];
  /** As written, the "!" included. */
  readonly tokens: readonly string[];
}

export type MatchKind = Match["kind"];
export type MatchOf<K extends MatchKind> = Extract<Match, { readonly kind: K }>;

export interface MatchForm<M extends Match> {
  /** The names after -m. */
  readonly modules: readonly string[];
  /** Its options and how many values each takes; others end up as they are written. */
  readonly options: Readonly<Record<string, number>>;
  /** The match of these options; undefined when they say something that the shape has no place for. */
  build(options: readonly Option[], module: string): M | undefined;
  /**
   * The match in the words of `iptables -L`, or undefined when the words at hand are not this match's.
   * A reader that gave undefined is set back by the caller.
   */
  list?(words: WordReader, protocol: string): M | undefined;
  /** With a leading space, as kube-proxy writes it to iptables-restore. */
  restore(match: M): string;
  /** With a leading space, as iptables-save prints it. */
  save(match: M, family: IPFamily): string;
  /** One meaning, one form. */
  normalize(match: M, family: IPFamily): M;
}

const BLANK_OR_QUOTE = /[\s"']/;

/** Whether all values come back as themselves when they are printed without quotes. */
function areWords({ values, tokens }: Option): boolean {
  const from = tokens.length - values.length;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value !== tokens[from + i] && (value === "" || value === "!" || BLANK_OR_QUOTE.test(value))) return false;
  }
  return true;
}

/**
 * Options parted into known ones and the tokens of the rest, which must all follow;
 * undefined when they do not, when a known one stands twice, or when its value is no word.
 */
export function splitOptions(
  options: readonly Option[],
  known: Readonly<Record<string, number>>,
): { readonly found: ReadonlyMap<string, Option>; readonly rest: readonly string[] | undefined } | undefined {
  const found = new Map<string, Option>();
  const rest: string[] = [];
  for (const option of options) {
    if (!Object.hasOwn(known, option.name)) rest.push(...option.tokens);
    else if (rest.length > 0 || found.has(option.name) || !areWords(option)) return undefined;
    else found.set(option.name, option);
  }
  return { found, rest: rest.length > 0 ? rest : undefined };
}

/** Tokens with a space before each. */
export function printTokens(tokens: readonly string[] | undefined): string {
  let out = "";
  if (tokens) for (const token of tokens) out += " " + token;
  return out;
}
