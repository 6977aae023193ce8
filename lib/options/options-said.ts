/** Which options a command line may name, so that a parser is not told of the others, for each of which it takes its time. */
import type { OptionTable } from "./option.js";
import type { Parsed } from "./parse-values.js";

/** Letters and digits: dashes and capitals make no other option of a name. */
const bare = (text: string) => text.replaceAll(/[^A-Za-z\d]/g, "").toLowerCase();
/** The same of an option's name, whose grammar is narrower. */
const bareName = (name: string) => name.replaceAll("-", "").toLowerCase();

/** Those of which a name stands somewhere in the words, with all that such words may turn out to be. */
export function optionsSaid<T extends OptionTable>(options: T, words: readonly string[]): [string, T[keyof T]][] {
  const said = bare(words.join(""));
  return (Object.entries(options) as [string, T[keyof T]][]).filter(([name, { short = name, aliases = [] }]) =>
    [name, short, ...aliases].some((spelling) => said.includes(bareName(spelling))),
  );
}

/** Words as a parser would hand them over where none begins with a dash and help is not asked for: there is nothing to parse. */
export function plainWords(words: readonly string[]): Parsed | undefined {
  return words.at(-1) === "help" || words.some((word) => word.startsWith("-")) ? undefined : { _: words };
}
