import { basename } from "node:path";
import { SHELLS } from "../completion/shells.js";
import { UsageError } from "../errors.js";
import { defineCommand } from "./command.js";

export const completionCommand = defineCommand({
  name: "completion",
  describe: "the script that completes commands, options and names in bash, zsh or fish",
  positionals: { shell: { suggestions: SHELLS, describe: "bash, zsh or fish [that of $SHELL]" } },
  options: {},
  examples: [
    ["source <($0 completion bash)", "in ~/.bashrc"],
    ["$0 completion fish > ~/.config/fish/completions/svcrules.fish", "once"],
  ],
  run: async ({ shell: asked }, terminal) => {
    const shell = asked ?? basename(terminal.env["SHELL"] ?? "");
    const known = SHELLS.find((name) => name === shell);
    if (known === undefined)
      throw new UsageError(
        shell === "" ? "completion: for which shell?" : `completion: no script for ${shell}`,
        `name one: ${SHELLS.join(", ")}`,
      );
    const { SCRIPTS } = await import("../completion/scripts.js");
    terminal.write(SCRIPTS[known]);
    return 0;
  },
});
