import { last } from "../options.js";
import { REPORT_OPTIONS } from "../report-options.js";
import type { Command } from "./command.js";

export const checkCommand: Command = {
  name: "check",
  module: {
    command: "check [file]",
    describe: "golden-file check for CI: what changes for the nodes when manifests change",
    builder: (yargs) =>
      yargs
        .positional("file", { type: "string", describe: "the configuration [./svcrules.yaml]", default: undefined })
        .options({
          config: { type: "string", requiresArg: true, coerce: last, describe: "the configuration, as FILE" },
          case: { type: "string", requiresArg: true, describe: "only this case; may be repeated" },
          update: { type: "boolean", alias: "u", describe: "write the golden files that differ, delete orphaned ones" },
          init: { type: "boolean", describe: "write a commented svcrules.yaml for the manifests found here" },
          "exit-zero": { type: "boolean", describe: "exit 0 also when golden files differ" },
        })
        .options(REPORT_OPTIONS)
        .conflicts("init", ["update", "case"])
        .example("$0 check --init", "a configuration to start from")
        .example("$0 check --update", "write the golden files, then commit them")
        .example("$0 check", "in CI: exit 1 when the rules are not those of the golden files")
        .example("$0 check --report github --report junit=check.xml", "annotations, and a report for others"),
  },
  run: async (args, terminal) => (await import("../actions/check.js")).runCheck(args, terminal),
};
