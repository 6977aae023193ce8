import { flag, list, text } from "../builders.js";
import { REPORT_OPTIONS } from "../shared.js";
import { defineCommand } from "../command.js";

export const checkCommand = defineCommand({
  name: "check",
  describe: "golden-file check for CI: what changes for the nodes when manifests change",
  positionals: {
    file: { describe: "the configuration [./svcrules.yaml]" },
  },
  options: {
    config: text("FILE", "the configuration, as the argument", { example: "svcrules.yaml" }),
    case: list("NAME", "only this case"),
    update: flag("write the golden files that differ, delete orphaned ones", { short: "u" }),
    init: flag("write a commented svcrules.yaml for the manifests found here"),
    "exit-zero": flag("exit 0 also when golden files differ", { group: "output" }),
    ...REPORT_OPTIONS,
  },
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
});
