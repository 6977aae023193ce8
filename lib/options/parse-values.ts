/** What yargs read, as the values that a command's tables describe. Mistakes are told before any input is read. */
import { nearest } from "../util/nearest.js";
import {
  camelCase,
  type ChoiceOption,
  type ListOption,
  type NumberOption,
  type Option,
  type OptionTable,
  type PositionalTable,
  type TextOption,
} from "./option.js";
import { UsageError } from "./usage-error.js";
import { orList, possibleValues, rightWords } from "./words.js";

/** As yargs hands it over. */
export type Parsed = Readonly<Record<string, unknown>>;

/** Stands for "-" while yargs parses: in a list of positionals it takes a lone dash for the start of an option. */
export const STDIN_WORD = "\u0000-";

/**
 * Values by name in camel case, as `ValuesOf` and `WordsOfTable` type them. Throws a usage error for a value that is not
 * possible, or one that is missing. `typed`: the words of the command line, so that mistakes are told in its spelling.
 */
export function parseValues(
  parsed: Parsed,
  options: OptionTable,
  positionals: PositionalTable,
  typed: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const [name, { isMany, isRequired, describe }] of Object.entries(positionals)) {
    const words = given(parsed[name]).map(textOf);
    if (isRequired && words.length === 0)
      throw new UsageError(`${name.toUpperCase()} is missing: ${describe}`, undefined, "");
    values[camelCase(name)] = isMany ? words : words[0];
  }
  for (const [name, option] of Object.entries(options)) {
    const value = parsed[name];
    values[camelCase(name)] =
      value === undefined && !isRequired(option)
        ? valueWithout(option)
        : valueOf({ name, option, spelling: spellingOf(name, option, typed), typed }, value);
  }
  return values;
}

/** An option that is being read. */
interface Reading<O extends Option = Option> {
  readonly name: string;
  readonly option: O;
  /** As it was typed: "-o", "--format". */
  readonly spelling: string;
  /** The words of the command line. */
  readonly typed: readonly string[];
}

function spellingOf(name: string, { short, aliases = [] }: Option, typed: readonly string[]): string {
  const long = [name, ...aliases].map((word) => `--${word}`);
  const isTyped = (spelling: string) => typed.some((word) => word === spelling || word.startsWith(`${spelling}=`));
  const shorts = short === undefined ? [] : [`-${short}`];
  return [...long, ...shorts].find(isTyped) ?? `--${name}`;
}

function isRequired(option: Option): boolean {
  return option.kind !== "flag" && option.isRequired === true;
}

/** What an option that nobody named comes to. */
function valueWithout(option: Option): unknown {
  if (option.kind === "flag") return option.isOn === true;
  if (option.kind === "list") return [];
  return "default" in option ? option.default : undefined;
}

function valueOf(reading: Reading, value: unknown): unknown {
  const { name, option, spelling } = reading;
  if (option.kind === "flag") return flagValue(reading, value, option.isOn === true);
  const items = given(value);
  if (items.some((item) => typeof item === "boolean"))
    throw mistake(reading, `--no-${name}`, `--${name} takes a value, so it has no --no- form`);
  const texts = items.map(textOf);
  if (texts.length === 0 && isRequired(option)) throw mistake(reading, spelling, `is missing: ${option.describe}`, " ");
  if (texts.includes("")) throw mistake(reading, spelling, `the value is missing${possibleText(option)}`);
  if (option.kind === "list") return texts.map((text) => checked({ ...reading, option }, text));
  const text = texts.at(-1);
  // Of other options the last counts, so that what an alias of a shell says can be overridden.
  if (option.kind === "text" && option.names !== undefined && new Set(texts).size > 1)
    throw mistake(reading, `${spelling} ${texts.join(` ${spelling} `)}`, "it takes one name; run once for each");
  if (text === undefined) return valueWithout(option);
  if (option.kind === "choice") return chosen({ ...reading, option }, text);
  return option.kind === "number" ? numberOf({ ...reading, option }, text) : checked({ ...reading, option }, text);
}

function given(value: unknown): readonly unknown[] {
  return (Array.isArray(value) ? (value as unknown[]) : [value]).filter((item) => item !== undefined);
}

function textOf(item: unknown): string {
  return item === STDIN_WORD ? "-" : String(item as string | number);
}

function possibleText(option: Option): string {
  return option.kind === "choice" ? `; possible: ${orList(option.choices)}` : `; it is ${option.describe}`;
}

/** yargs takes any word after "=" for no. */
function flagValue({ name, spelling, typed }: Reading, value: unknown, isOn: boolean): boolean {
  const assigned = typed.find((word) => word.startsWith(`${spelling}=`) && !/=(?:true|false)$/.test(word));
  if (assigned !== undefined) throw new UsageError(`${assigned}: ${spelling} takes no value`, undefined, `--${name}`);
  const last = given(value).at(-1);
  return last === undefined ? isOn : last === true;
}

function chosen(reading: Reading<ChoiceOption>, typed: string): string {
  const { option, spelling } = reading;
  const text = option.isUpperCase ? typed.toUpperCase() : typed;
  if (option.choices.includes(text)) return text;
  const why = option.refused?.[text] ?? `not one of ${option.choices.join(", ")}`;
  throw mistake(reading, `${spelling} ${typed}`, why, ": ", nearest(text, option.choices));
}

function numberOf(reading: Reading<NumberOption>, text: string): number {
  const value = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : NaN;
  if (value >= 0 && value <= reading.option.most) return value;
  throw mistake(reading, `${reading.spelling} ${text}`, `not a number from 0 to ${reading.option.most}`);
}

function checked(reading: Reading<TextOption | ListOption>, text: string): string {
  const wrong = reading.option.check?.(text);
  if (wrong === undefined) return text;
  throw mistake(reading, `${reading.spelling} ${text}`, wrong, ": ", nearestWord(text, possibleValues(reading.option)));
}

/** Of words, not of numbers; what follows "=" is no part of the word. */
function nearestWord(text: string, possible: readonly string[]): string | undefined {
  return /^\d/.test(text) ? undefined : nearest(text.split("=", 1)[0]!, possible);
}

function mistake({ name, option }: Reading, what: string, why: string, between = ": ", near?: string): UsageError {
  return new UsageError(
    `${what}${between}${why}`,
    near === undefined ? undefined : `did you mean ${near}?`,
    rightWords(name, option, near),
  );
}
