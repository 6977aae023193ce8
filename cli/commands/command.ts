import type { CommandModule } from "yargs";
import type { Args } from "../options.js";
import type { ExitCode, Terminal } from "../terminal.js";

/** One command: what yargs shows and parses, and what runs it. */
export interface Command {
  readonly name: string;
  readonly module: Omit<CommandModule, "handler">;
  readonly run: (args: Args, terminal: Terminal) => Promise<ExitCode>;
}
