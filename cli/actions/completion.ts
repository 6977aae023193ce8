/** What `svcrules completion` does. */
import { basename } from "node:path";
import { SCRIPTS } from "../completion/scripts.js";
import { SHELLS, type Shell } from "../completion/shells.js";
import { UsageError } from "../errors.js";
import { stringOf, type Args } from "../options.js";
import type { ExitCode, Terminal } from "../terminal.js";

export async function runCompletion(args: Args, terminal: Terminal): Promise<ExitCode> {
  const shell = stringOf(args, "shell") ?? basename(terminal.env["SHELL"] ?? "");
  if (!(SHELLS as readonly string[]).includes(shell))
    throw new UsageError(
      shell === "" ? "completion: for which shell?" : `completion: no script for ${shell}`,
      `name one: ${SHELLS.join(", ")}`,
    );
  terminal.write(SCRIPTS[shell as Shell]);
  return 0;
}
