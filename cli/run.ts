/** The command line: arguments in, exit code out. */
import yargs, { type Argv } from "yargs";
import {
  COMMANDS,
  GLOBAL_OPTIONS,
  printable,
  readRequest,
  STDIN_WORD,
  unknownWord,
  UsageError,
  usageOf,
  type Command,
  type CommandName,
  type Parsed,
} from "../lib/index.js";
import { ANSWERS, type Answer } from "./answers.js";
import { COMPLETE, COMPLETE_KUBECTL, FILES_TOO, NO_FILES } from "./completion-words.js";
import { writing } from "./io/writing.js";
import { addToYargs, yargsCommand } from "./to-yargs.js";
import { WIDEST_HELP, type ExitCode, type Terminal } from "./terminal.js";

/** Trouble in writing to stdout is the user's to mend. */
function guarded({ write, ...terminal }: Terminal): Terminal {
  return { ...terminal, write: (text) => writing("to stdout", () => write(text)) };
}

/** Runs one command line. Never throws for trouble in the input; a thrown bug becomes exit code 3. */
export async function run(argv: readonly string[], place: Terminal, version: string): Promise<ExitCode> {
  const terminal = guarded(place);
  if (argv[0] === COMPLETE) return printCompletions(argv.slice(argv[1] === "--" ? 2 : 1), terminal);
  if (argv[0] === COMPLETE_KUBECTL) return printCompletions(argv.slice(1), terminal, [FILES_TOO, NO_FILES]);
  if (argv.length === 0) {
    for (const line of shortHelp(terminal)) terminal.warn(`${line}\n`);
    return 2;
  }
  const asked: { command?: Command; exitCode?: ExitCode } = {};
  try {
    if (argv[0] === MAN) {
      const { manPage } = await import("../lib/index.js");
      terminal.write(`${manPage(version).join("\n")}\n`);
      return 0;
    }
    refuseInheritedNames(argv, asked);
    const words = argv.map((word) => (word === "-" ? STDIN_WORD : word));
    const parser = makeParser(terminal, version, (command, parsed) => {
      asked.command = command;
      keepNoHelp(parser);
      // The tables that checked the words are those that give them their types.
      const answer = ANSWERS[command.name as CommandName] as Answer;
      const request = readRequest(command, parsed, argv) as never;
      return answer(request, { ...terminal, version, argv }).then((code) => void (asked.exitCode = code));
    });
    let isHelp = false;
    const parsed = (await parser.parseAsync(words, {}, (_error, _args, output) => {
      isHelp = output !== "";
      if (output) terminal.write(output + "\n");
    })) as Parsed;
    if (!asked.command && !isHelp) throw noCommand(parsed);
    return asked.exitCode ?? 0;
  } catch (error) {
    return error instanceof UsageError ? reportMistake(error, asked.command, terminal) : reportBug(error, terminal);
  }
}

/** Names that every object has, such as "constructor", are options nowhere; yargs fails over them. */
function refuseInheritedNames(argv: readonly string[], asked: { command?: Command }): void {
  const [typed] = argv.flatMap((word) => {
    const [, option = "", name = ""] = /^(--(?:no-)?([^=]+))/.exec(word) ?? [];
    return name in Object.prototype ? [option] : [];
  });
  if (typed === undefined) return;
  asked.command = COMMANDS.find(({ name }) => argv.includes(name));
  throw new UsageError(`${typed}: ${asked.command?.name ?? "svcrules"} has no such option`, undefined, "");
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
    .parserConfiguration({
      "greedy-arrays": false,
      "boolean-negation": true,
      "parse-positional-numbers": false,
      "camel-case-expansion": false,
      "dot-notation": false,
      "strip-aliased": true,
    })
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

/**
 * When a command runs, yargs makes the text of its help, in case the command fails and asks for it: ours never does, and
 * it takes a tenth of a small run.
 */
function keepNoHelp(parser: Argv): void {
  type Usage = { cacheHelpMessage: () => void };
  const { getInternalMethods } = parser as unknown as { getInternalMethods(): { getUsageInstance(): Usage } };
  getInternalMethods.call(parser).getUsageInstance().cacheHelpMessage = () => {};
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

/** `program`: the name to show, "$0" for yargs. */
function shortUsage(program: string): string[] {
  return [
    `Usage: ${program} COMMAND [INPUT..] [options]`,
    "",
    `  ${program} compile manifests/          the rules kube-proxy programs on a node`,
    `  ${program} diff node-iptables.txt      a node against what it should hold`,
    `  ${program} explain NS/SERVICE dump/    a service, rule by rule, in words`,
  ];
}

function shortHelp({ programName }: Terminal): string[] {
  return [
    ...shortUsage(programName),
    "",
    `Commands: ${COMMANDS.map(({ name }) => name).join(", ")}`,
    `${programName} --help says what each does, ${programName} COMMAND --help shows its options.`,
  ];
}

/** No command was named, or none that there is. */
function noCommand({ _: words, ...options }: Parsed): UsageError {
  const names = COMMANDS.map(({ name }) => name);
  const typed = Array.isArray(words) ? (words as unknown[]).map(String)[0] : undefined;
  if (typed === undefined) {
    const option = Object.keys(options).find(
      (key) => key !== "$0" && !GLOBAL_OPTIONS[key as keyof typeof GLOBAL_OPTIONS],
    );
    const found = option === undefined ? "" : `, before ${option.length === 1 ? "-" : "--"}${option}`;
    return new UsageError(`name a command${found}`, `commands: ${names.join(", ")}`);
  }
  const word = typed === STDIN_WORD ? "-" : typed;
  return unknownWord(`${word}: there is no such command`, word, names, `commands: ${names.join(", ")}`);
}

/** One message, the last thing on the screen: what is wrong, what was meant, a line that is right. */
function reportMistake(
  { message, hint, rightWords }: UsageError,
  command: Command | undefined,
  terminal: Terminal,
): ExitCode {
  const { programName, warn } = terminal;
  warn(`${programName}: ${printable(message)}\n`);
  if (hint !== undefined) warn(`${printable(hint)}\n`);
  if (rightWords !== undefined && command)
    warn(`example: ${printable(exampleLine(command, rightWords, programName))}\n`);
  else if (hint === undefined) warn(`see ${programName} ${command ? `${command.name} ` : ""}--help\n`);
  return 2;
}

/** The command's first example with the words added, or in place of what it says of the same option. */
function exampleLine({ examples }: Command, rightWords: string, programName: string): string {
  const line = (examples[0]?.[0] ?? "$0 --help").replace("$0", programName);
  const option = rightWords.split(" ", 1)[0]!;
  if (rightWords === "" || line.split(" ").includes(option)) return line;
  return `${line} ${rightWords}`;
}

/** What the build calls to write the man page. */
const MAN = "__man";

/** Quiet whatever happens: a shell asks in the middle of somebody's typing. `ends`: the last line without and with words. */
async function printCompletions(
  words: readonly string[],
  terminal: Terminal,
  ends?: readonly [none: string, some: string],
): Promise<ExitCode> {
  try {
    const { complete } = await import("../lib/index.js");
    const { openInputs } = await import("./io/open-inputs.js");
    const found = await complete(words, async (inputs) => (await openInputs(inputs, terminal)).sources);
    for (const word of found) terminal.write(`${printable(word)}\n`);
    if (ends) terminal.write(`${ends[found.length > 0 ? 1 : 0]}\n`);
    return 0;
  } catch {
    return 2;
  }
}

function reportBug(error: unknown, terminal: Terminal): ExitCode {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  terminal.warn(`${terminal.programName}: internal error: ${printable(message)}\n`);
  terminal.warn("this is a bug in svcrules; please report it with the input that brings it\n");
  if (terminal.env["SVCRULES_DEBUG"]) terminal.warn(`${stack ?? ""}\n`);
  return 3;
}
