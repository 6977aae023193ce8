/** The command line: arguments in, exit code out. */
import {
  exampleLine,
  findCommand,
  inheritedOption,
  printable,
  readRequest,
  shortHelp,
  STDIN_WORD,
  UsageError,
  type Command,
  type CommandName,
  type Parsed,
} from "../lib/index.js";
import { ANSWERS, type Answer } from "./answers.js";
import { COMPLETE, COMPLETE_KUBECTL, FILES_TOO, NO_FILES } from "./completion-words.js";
import { writing } from "./io/writing.js";
import { readWords } from "./read-words.js";
import type { ExitCode, Terminal } from "./terminal.js";

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
    for (const line of shortHelp(terminal.programName)) terminal.warn(`${line}\n`);
    return 2;
  }
  const asked: { command?: Command; exitCode?: ExitCode } = {};
  try {
    if (argv[0] === MAN) {
      const { manPage } = await import("../lib/index.js");
      terminal.write(`${manPage(version).join("\n")}\n`);
      return 0;
    }
    await refuseInheritedNames(argv, asked);
    const words = argv.map((word) => (word === "-" ? STDIN_WORD : word));
    const answer = async (command: Command, parsed: Parsed) => {
      asked.command = command;
      // The tables that checked the words are those that give them their types.
      const ask = ANSWERS[command.name as CommandName] as Answer;
      asked.exitCode = await ask(readRequest(command, parsed, argv) as never, { ...terminal, version, argv });
    };
    const command = await findCommand(argv[0]);
    const parsed = command && readWords(command, words);
    if (parsed) await answer(command, parsed);
    else {
      const { askYargs } = await import("./ask-yargs.js");
      await askYargs(words, terminal, version, answer);
    }
    return asked.exitCode ?? 0;
  } catch (error) {
    return error instanceof UsageError ? reportMistake(error, asked.command, terminal) : reportBug(error, terminal);
  }
}

/** yargs fails over them. */
async function refuseInheritedNames(argv: readonly string[], asked: { command?: Command }): Promise<void> {
  const typed = inheritedOption(argv);
  if (typed === undefined) return;
  const { COMMANDS } = await import("../lib/index.js");
  asked.command = COMMANDS.find(({ name }) => argv.includes(name));
  throw new UsageError(`${typed}: ${asked.command?.name ?? "svcrules"} has no such option`, undefined, "");
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
