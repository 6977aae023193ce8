/** What yargs itself answers: help, the version, command lines that begin with no command, and words it cannot read. */
import yargs, { type Argv } from "yargs";
import {
  COMMANDS,
  GLOBAL_OPTIONS,
  noCommand,
  shortUsage,
  UsageError,
  usageOf,
  type Command,
  type Parsed,
} from "../lib/index.js";
import { PARSER_CONFIGURATION } from "./read-words.js";
import { WIDEST_HELP, type Terminal } from "./terminal.js";
import { addToYargs, yargsCommand } from "./to-yargs.js";

/** `answer`: what is done where a command is named, behind options. Throws a UsageError. */
export async function askYargs(
  words: readonly string[],
  terminal: Terminal,
  version: string,
  answer: (command: Command, parsed: Parsed) => Promise<void>,
): Promise<void> {
  let isAnswered = false;
  const parser = makeParser(terminal, version, (command, parsed) => {
    isAnswered = true;
    return answer(command, parsed);
  });
  const parsed = (await parser.parseAsync(words, {}, (_error, _args, output) => {
    if (output === "") return;
    isAnswered = true;
    terminal.write(`${output}\n`);
  })) as Parsed;
  if (!isAnswered) throw noCommand(parsed);
}

function makeParser(
  terminal: Terminal,
  version: string,
  handle: (command: Command, parsed: Parsed) => Promise<void>,
): Argv {
  const parser = addToYargs(yargs([]), GLOBAL_OPTIONS, {})
    .scriptName(terminal.programName)
    .locale("en")
    .usage(shortUsage("$0").join("\n"))
    .parserConfiguration(PARSER_CONFIGURATION)
    .version(version)
    .help()
    .alias("help", "h")
    .wrap(Math.min(terminal.columns, WIDEST_HELP))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UsageError(message);
    });
  for (const command of COMMANDS)
    parser.command({
      command: yargsCommand(command.name, command.positionals),
      describe: command.describe,
      builder: (own: Argv) => addCommand(own, command),
      handler: (parsed) => handle(command, parsed),
    });
  return parser;
}

function addCommand(parser: Argv, { name, describe, positionals, options, examples }: Command): Argv {
  addToYargs(parser, options, positionals).usage(`$0 ${usageOf(name, positionals)}\n\n${describe}`);
  for (const [line, purpose] of examples) parser.example(line, purpose);
  removeRepeatedNames(parser);
  return parser;
}

/** In a command's help, yargs would show the short names of options that every command has twice. */
function removeRepeatedNames(parser: Argv): void {
  const { alias } = (parser as unknown as { getOptions(): { alias: Record<string, string[]> } }).getOptions();
  for (const [name, others] of Object.entries(alias)) alias[name] = [...new Set(others)];
}
