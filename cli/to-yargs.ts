/** A command's tables as yargs takes them. Checks and defaults are ours, so that every mistake gets the same kind of answer. */
import type { Argv, Options } from "yargs";
import { describeOption, GROUPS, type Option, type OptionTable, type PositionalTable } from "../lib/index.js";

export function addToYargs(parser: Argv, options: OptionTable, positionals: PositionalTable): Argv {
  for (const [name, { describe }] of Object.entries(positionals))
    // Without a default yargs makes an empty list of absent words.
    parser.positional(name, { type: "string", describe, default: undefined });
  return parser.options(
    Object.fromEntries(Object.entries(options).map(([name, option]) => [name, yargsOption(option)])),
  );
}

function yargsOption(option: Option): Options {
  const { short, aliases = [], group } = option;
  return {
    type: option.kind === "flag" ? "boolean" : "string",
    describe: describeOption(option),
    alias: [...(short === undefined ? [] : [short]), ...aliases],
    ...(group && { group: GROUPS[group] }),
  };
}

/** What yargs is told to match: every word optional, since what is missing is ours to tell. */
export function yargsCommand(name: string, positionals: PositionalTable): string {
  return [name, ...Object.entries(positionals).map(([word, { isMany }]) => `[${word}${isMany ? ".." : ""}]`)].join(" ");
}
