/** The words of a command, as yargs' own parser reads them, once; yargs itself answers what is more (ask-yargs.ts). */
import parser from "yargs-parser";
import { optionsSaid, plainWords, type Command, type Parsed } from "../lib/index.js";

export const PARSER_CONFIGURATION = {
  "greedy-arrays": false,
  "boolean-negation": true,
  "parse-positional-numbers": false,
  "camel-case-expansion": false,
  "dot-notation": false,
  "strip-aliased": true,
} as const;

/**
 * `words`: the command's name and what follows. Undefined where yargs is to answer: help or the version is asked for, an
 * argument is given as if it were an option, or a word cannot be read.
 */
export function readWords({ options, positionals }: Command, words: readonly string[]): Parsed | undefined {
  const plain = plainWords(words);
  if (plain) return plain;
  const table = optionsSaid(options, words);
  const namesOf = (isFlag: boolean) =>
    table.flatMap(([name, { kind }]) => ((kind === "flag") === isFlag ? [name] : []));
  const aliases = table.map(([name, { short, aliases: others = [] }]) => [
    name,
    short === undefined ? [...others] : [short, ...others],
  ]);
  const { argv, error } = parser.detailed([...words], {
    boolean: ["help", "version", ...namesOf(true)],
    string: namesOf(false),
    alias: { help: ["h"], ...Object.fromEntries(aliases) },
    configuration: PARSER_CONFIGURATION,
  });
  const { help, version, _: others } = argv;
  const isMore = Object.keys(positionals).some((name) => name in argv) || others.at(-1) === "help";
  return error || help || version || isMore ? undefined : argv;
}
