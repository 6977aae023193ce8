/** One command as data: what it is called and what it takes. */
import type { OptionTable, PositionalTable } from "./option.js";
import { GLOBAL_OPTIONS } from "./shared.js";

export interface Command<
  N extends string = string,
  O extends OptionTable = OptionTable,
  P extends PositionalTable = PositionalTable,
> {
  readonly name: N;
  readonly describe: string;
  readonly positionals: P;
  readonly options: O;
  /** Command lines with `$0` for the program's name, each with what it is for; the first is shown beside mistakes. */
  readonly examples: readonly (readonly [line: string, purpose: string])[];
  /** Pairs of options that do not go together. */
  readonly conflicts?: readonly (readonly [string, string])[];
  /** Pairs of which the first makes sense only with the second. */
  readonly needs?: readonly (readonly [string, string])[];
}

/** A command with the options that every command has. */
export function defineCommand<const N extends string, const O extends OptionTable, const P extends PositionalTable>(
  declared: Command<N, O, P>,
): Command<N, O & typeof GLOBAL_OPTIONS, P> {
  return { ...declared, options: { ...declared.options, ...GLOBAL_OPTIONS } };
}
