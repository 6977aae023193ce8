import { choice, flag, text } from "../builders.js";
import {
  INPUTS,
  INPUT_OPTIONS,
  REPORT_OPTIONS,
  SELECTION_OPTIONS,
  SITUATION_OPTIONS,
  outputOption,
} from "../shared.js";
import { NEWEST_RELEASE } from "../releases.js";
import { defineCommand } from "../command.js";

export const compileCommand = defineCommand({
  name: "compile",
  describe: "the rules that kube-proxy would program on one node",
  positionals: INPUTS,
  options: {
    ...SITUATION_OPTIONS,
    ...INPUT_OPTIONS,
    ...SELECTION_OPTIONS,
    artifact: choice(["iptables", "ipvsadm", "ipset", "addresses", "nft"], "which text", {
      group: "output",
      otherwise: "by mode: iptables, ipvsadm, nft",
    }),
    output: outputOption(["restore", "save", "json", "mermaid", "dot", "html"], { aliases: ["format"] }),
    out: text("PATH", "a file, or a directory that gets every artifact of both IP families", {
      group: "output",
      otherwise: "stdout",
      example: "rules/",
    }),
    golden: text("FILE", "compare with this file: exit 1 when it differs", { group: "output" }),
    update: flag("write the golden file when it differs", { group: "output" }),
    ...REPORT_OPTIONS,
  },
  examples: [
    ["$0 compile manifests/", "iptables-restore text for the only or first node"],
    [`$0 compile dump.json --node worker-1 --kube-version ${NEWEST_RELEASE}`, "one node of a cluster dump"],
    ["$0 compile - --mode nftables < services.yaml", "nft text from stdin"],
    ["$0 compile dump.json --mode ipvs --out rules/", "every artifact of both IP families as a file"],
  ],
  conflicts: [["golden", "out"]],
  needs: [["update", "golden"]],
});
