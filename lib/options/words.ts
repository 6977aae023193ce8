/** How options are written in help, man page and README. */
import type { Option, Positional, PositionalTable } from "./option.js";

/** "a, b or c". */
export function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** What stands for the value: the word of the table, else VALUE; undefined for flags. */
export function valueWord(option: Option): string | undefined {
  if (option.kind === "flag") return undefined;
  if (option.value !== undefined) return option.value;
  return option.kind === "number" ? "NUMBER" : "VALUE";
}

/** What a user may write: the choices, or what is suggested. */
export function possibleValues(option: Option): readonly string[] {
  if (option.kind === "choice") return option.choices;
  return option.kind === "text" || option.kind === "list" ? (option.suggestions ?? []) : [];
}

/** What happens without the option: its default or words; undefined when nothing is to be said. */
export function withoutIt(option: Option): string | undefined {
  if (option.kind === "flag") return option.isOn ? "on" : undefined;
  if (option.otherwise !== undefined) return option.otherwise;
  if (option.kind === "choice" || option.kind === "text") return option.default;
  return undefined;
}

/** The option in one line: what it is, its choices, whether it may be repeated, its default. */
export function describeOption(option: Option): string {
  const choices = option.kind === "choice" ? `: ${orList(option.choices)}` : "";
  const repeated = option.kind === "list" ? "; may be repeated" : "";
  const otherwise = withoutIt(option);
  return `${option.describe}${choices}${repeated}${otherwise === undefined ? "" : ` [${otherwise}]`}`;
}

/** "explain <target> [input..]", as usage texts have it. */
export function usageOf(name: string, positionals: PositionalTable): string {
  return [name, ...Object.entries(positionals).map(([word, positional]) => placeOf(word, positional))].join(" ");
}

function placeOf(word: string, { isMany, isRequired }: Positional): string {
  const many = isMany ? ".." : "";
  return isRequired ? `<${word}${many}>` : `[${word}${many}]`;
}

/** The option with a value that is possible, as it is typed. */
export function rightWords(name: string, option: Option, value?: string): string {
  if (option.kind === "flag") return `--${name}`;
  const fallback = option.kind === "number" ? "1" : valueWord(option)!;
  return `--${name} ${value ?? option.example ?? possibleValues(option)[0] ?? fallback}`;
}
