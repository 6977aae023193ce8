import { basename } from "node:path";
import { COMPLETION_SCRIPTS, SHELLS, UsageError, type RequestOf } from "../../lib/index.js";
import type { ExitCode, Terminal } from "../terminal.js";

export async function runCompletion({ shell: asked }: RequestOf<"completion">, terminal: Terminal): Promise<ExitCode> {
  const shell = asked ?? basename(terminal.env["SHELL"] ?? "");
  const known = SHELLS.find((name) => name === shell);
  if (known === undefined)
    throw new UsageError(
      shell === "" ? "completion: for which shell?" : `completion: no script for ${shell}`,
      `name one: ${SHELLS.join(", ")}`,
    );
  terminal.write(COMPLETION_SCRIPTS[known]);
  return 0;
}
