import { flag, list, text } from "../options/builders.js";
import { REPORT_OPTIONS } from "../options/shared.js";
import type { OptionTable, PositionalTable } from "../options/option.js";
import { defineCommand } from "./command.js";

export const CHECK_ARGUMENTS = {
  file: { describe: "the configuration [./svcrules.yaml]" },
} as const satisfies PositionalTable;

export const CHECK_OPTIONS = {
  config: text("FILE", "the configuration, as the argument", { example: "svcrules.yaml" }),
  case: list("NAME", "only this case"),
  update: flag("write the golden files that differ, delete orphaned ones", { short: "u" }),
  init: flag("write a commented svcrules.yaml for the manifests found here"),
  "exit-zero": flag("exit 0 also when golden files differ", { group: "output" }),
  ...REPORT_OPTIONS,
} as const satisfies OptionTable;

export const checkCommand = defineCommand({
  name: "check",
  describe: "golden-file check for CI: what changes for the nodes when manifests change",
  positionals: CHECK_ARGUMENTS,
  options: CHECK_OPTIONS,
  examples: [
    ["$0 check --init", "a configuration to start from"],
    ["$0 check --update", "write the golden files, then commit them"],
    ["$0 check", "in CI: exit 1 when the rules are not those of the golden files"],
    ["$0 check --report github --report junit=check.xml", "annotations, and a report for others"],
  ],
  conflicts: [
    ["init", "update"],
    ["init", "case"],
  ],
  run: async (request, terminal) => (await import("../check/run-check.js")).runCheck(request, terminal),
});
