/** One command: what it is called, what it takes, and what runs it. */
import { UsageError } from "../errors.js";
import type { OptionTable, PositionalTable, ValuesOf, WordsOfTable } from "../options/option.js";
import { parseValues, type Parsed } from "../options/parse-values.js";
import { GLOBAL_OPTIONS } from "../options/shared.js";
import { refuseUnknownWords } from "../options/unknown-words.js";
import type { ExitCode, Terminal } from "../terminal.js";

/** What a command line says, by name in camel case; typed by the command's tables. */
export type RequestOf<O extends OptionTable, P extends PositionalTable> = ValuesOf<O> & WordsOfTable<P> & GlobalValues;

/** Of every command. */
export type GlobalValues = ValuesOf<typeof GLOBAL_OPTIONS>;

interface Declaration<O extends OptionTable, P extends PositionalTable> {
  readonly name: string;
  readonly describe: string;
  readonly positionals: P;
  readonly options: O;
  /** Command lines after the program's name, or with `$0` for it, each with what it is for; the first is shown beside mistakes. */
  readonly examples: readonly (readonly [line: string, purpose: string])[];
  /** Pairs of options that do not go together. */
  readonly conflicts?: readonly (readonly [string, string])[];
  /** Pairs of which the first makes sense only with the second. */
  readonly needs?: readonly (readonly [string, string])[];
  readonly run: (request: RequestOf<O, P>, terminal: Terminal) => Promise<ExitCode>;
}

/** A command whose types are behind it. */
export interface Command extends Omit<Declaration<OptionTable, PositionalTable>, "run"> {
  /** Throws a usage error for what the tables do not allow, before anything is read. */
  readonly run: (parsed: Parsed, terminal: Terminal) => Promise<ExitCode>;
}

/** A command from its tables; `run` gets what they describe. The options of every command are added. */
export function defineCommand<const O extends OptionTable, const P extends PositionalTable>(
  declaration: Declaration<O, P>,
): Command {
  const options = { ...declaration.options, ...GLOBAL_OPTIONS };
  const { name, positionals, run } = declaration;
  return {
    ...declaration,
    options,
    run: (parsed, terminal) => {
      refuseUnknownWords(name, parsed, options, positionals);
      refuseCombinations(declaration, parsed);
      return run(parseValues(parsed, options, positionals, terminal.argv) as RequestOf<O, P>, terminal);
    },
  };
}

function refuseCombinations(
  { conflicts = [], needs = [] }: Pick<Command, "conflicts" | "needs">,
  parsed: Parsed,
): void {
  for (const [one, other] of conflicts)
    if (parsed[one] !== undefined && parsed[other] !== undefined)
      throw new UsageError(`--${one} and --${other} do not go together`, "leave one of them out");
  for (const [one, other] of needs)
    if (parsed[one] !== undefined && parsed[other] === undefined)
      throw new UsageError(`--${one} goes with --${other}`, `name it too: --${other}`);
}
