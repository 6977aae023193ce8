import type { Command } from "./command.js";

export const completionCommand: Command = {
  name: "completion",
  module: {
    command: "completion [shell]",
    describe: "the script that completes commands, options and names in bash, zsh or fish",
    builder: (yargs) =>
      yargs
        .positional("shell", { type: "string", describe: "bash, zsh or fish [that of $SHELL]" })
        .example("source <($0 completion bash)", "in ~/.bashrc")
        .example("$0 completion fish > ~/.config/fish/completions/svcrules.fish", "once"),
  },
  run: async (args, terminal) => (await import("../actions/completion.js")).runCompletion(args, terminal),
};
