import { SHELLS } from "../completion/scripts.js";
import { defineCommand } from "../command.js";

export const completionCommand = defineCommand({
  name: "completion",
  describe: "the script that completes commands, options and names in bash, zsh or fish",
  positionals: { shell: { suggestions: SHELLS, describe: "bash, zsh or fish [that of $SHELL]" } },
  options: {},
  examples: [
    ["source <($0 completion bash)", "in ~/.bashrc"],
    ["$0 completion fish > ~/.config/fish/completions/svcrules.fish", "once"],
  ],
});
