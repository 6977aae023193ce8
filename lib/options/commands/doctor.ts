import { flag, list, text } from "../builders.js";
import {
  INPUTS,
  INPUT_OPTIONS,
  REPORT_OPTIONS,
  SELECTION_OPTIONS,
  SITUATION_OPTIONS,
  outputOption,
} from "../shared.js";
import { defineCommand } from "../command.js";

export const doctorCommand = defineCommand({
  name: "doctor",
  describe: "what is wrong with services: known failures that files can show, with evidence",
  positionals: INPUTS,
  options: {
    on: list("FILE", "what was read from a node: iptables-save, nft list, ipvsadm, conntrack -L", { group: "input" }),
    output: outputOption(["text", "json"]),
    check: list("CHECK", "only this check", { example: "selector-matches-nothing" }),
    ignore: list("CHECK[:OBJECT]", 'leave a check out, or one object: "CHECK:Service NS/NAME", * for anything', {
      example: "selector-matches-nothing",
    }),
    config: text("FILE", "file with a section doctor: {ignore, baseline}", {
      otherwise: "./svcrules.yaml if it is there",
    }),
    baseline: text("FILE", "findings of this file are known and not reported"),
    "write-baseline": text("FILE", "write the present findings to this file"),
    list: flag("list the checks"),
    "exit-zero": flag("exit 0 also when there are findings", { group: "output" }),
    ...REPORT_OPTIONS,
    ...SITUATION_OPTIONS,
    ...INPUT_OPTIONS,
    ...SELECTION_OPTIONS,
  },
  examples: [
    ["$0 doctor dump.json", "what is wrong in a cluster dump"],
    ["$0 doctor manifests/ --report sarif=doctor.sarif", "for code scanning; also junit, github, markdown, json"],
    ["$0 doctor dump.json -n shop", "what is wrong with the services of one namespace"],
    ["$0 doctor manifests/ --on node-iptables.txt --node node-1", "with the rules of a node"],
    ["$0 doctor manifests/ --write-baseline known.json", "start with what is there; later --baseline known.json"],
  ],
});
