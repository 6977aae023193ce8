/** The command line: arguments in, exit code out. */
import yargs, { type Argv } from "yargs";
import { nearest } from "../lib/util/nearest.js";
import { printable } from "../lib/util/printable.js";
import { COMMANDS } from "./commands/index.js";
import { UsageError } from "./errors.js";
import { GLOBAL_OPTIONS, STDIN_WORD } from "./options.js";
import type { ExitCode, Terminal } from "./terminal.js";

const WIDEST_HELP = 120;

/** Runs one command line. Never throws for trouble in the input; a thrown bug becomes exit code 3. */
export async function run(argv: readonly string[], terminal: Terminal, version: string): Promise<ExitCode> {
  if (argv[0] === COMPLETE) return printCompletions(argv.slice(argv[1] === "--" ? 2 : 1), terminal);
  if (argv[0] === MAN) {
    const { manPage } = await import("./man-page.js");
    terminal.write(`${manPage(version).join("\n")}\n`);
    return 0;
  }
  let exitCode: ExitCode = 0;
  const words = argv.map((word) => (word === "-" ? STDIN_WORD : word));
  const parser = yargs(words)
    .scriptName(terminal.programName)
    .usage(
      [
        "Usage: $0 COMMAND [INPUT..] [options]",
        "",
        "  $0 compile manifests/          the rules kube-proxy programs on a node",
        "  $0 diff node-iptables.txt      a node against what it should hold",
        "  $0 explain NS/SERVICE dump/    a service, rule by rule, in words",
      ].join("\n"),
    )
    .options(GLOBAL_OPTIONS)
    .parserConfiguration({ "greedy-arrays": false, "boolean-negation": true, "parse-positional-numbers": false })
    .version(version)
    .help()
    .alias("help", "h")
    .wrap(Math.min(terminal.columns, WIDEST_HELP))
    .strict()
    .demandCommand(1, "name a command")
    .exitProcess(false)
    .fail((message, error) => {
      if (error) throw error;
      throw new UsageError(message);
    });
  const names: string[] = [];
  for (const command of COMMANDS) {
    names.push(command.name);
    parser.command({
      ...command.module,
      handler: async (args) => {
        exitCode = await command.run(args, { ...terminal, version, argv });
      },
    });
  }
  try {
    await parser.parseAsync(words, {}, (_error, _args, output) => {
      if (output) terminal.write(output + "\n");
    });
    return exitCode;
  } catch (error) {
    if (!(error instanceof UsageError)) return reportBug(error, terminal);
    terminal.warn(`${terminal.programName}: ${printable(error.message)}\n`);
    const hint = error.hint ?? hintFor(error.message, names, parser);
    terminal.warn(`${printable(hint ?? `see ${terminal.programName} --help`)}\n`);
    return 2;
  }
}

/** What the shells' scripts call; not for people, so not in --help. */
const COMPLETE = "__complete";

/** What the build calls to write the man page. */
const MAN = "__man";

/** Quiet whatever happens: a shell asks in the middle of somebody's typing. */
async function printCompletions(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    const { complete } = await import("./completion/complete.js");
    for (const word of await complete(words, terminal)) terminal.write(`${printable(word)}\n`);
    return 0;
  } catch {
    return 2;
  }
}

/** Did you mean: for a command or an option that does not exist. */
function hintFor(message: string, commands: readonly string[], parser: Argv): string | undefined {
  const unknown = /^Unknown (?:argument|command)s?: ([^,]+)/.exec(message)?.[1];
  if (unknown === undefined) return undefined;
  // yargs knows the options of the command that was being parsed.
  const known = Object.keys((parser as unknown as { getOptions(): { key: object } }).getOptions().key);
  const option = nearest(unknown.replace(/^-+/, ""), known);
  const command = nearest(unknown, commands);
  if (command !== undefined) return `did you mean ${command}?`;
  return option === undefined ? undefined : `did you mean --${option}?`;
}

function reportBug(error: unknown, terminal: Terminal): ExitCode {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  terminal.warn(`${terminal.programName}: internal error: ${printable(message)}\n`);
  terminal.warn("this is a bug in svcrules; please report it with the input that brings it\n");
  if (terminal.env["SVCRULES_DEBUG"]) terminal.warn(`${stack ?? ""}\n`);
  return 3;
}
