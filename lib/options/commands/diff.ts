import { flag, list, text } from "../builders.js";
import { INPUT_OPTIONS, REPORT_OPTIONS, SELECTION_OPTIONS, SITUATION_OPTIONS, outputOption } from "../shared.js";
import { defineCommand } from "../command.js";

export const diffCommand = defineCommand({
  name: "diff",
  describe: "what a node holds against what it should hold",
  positionals: {
    "node-file": {
      isMany: true,
      describe: "iptables-save, iptables -S or -nvL, ipvsadm, ipset, ip addr, nft list; - for stdin",
    },
  },
  options: {
    manifests: list("INPUT", "files or directories with the cluster's objects", {
      group: "input",
      otherwise: "./manifests",
      example: "dump.json",
    }),
    before: list("FILE", "an older capture, instead of manifests", { group: "input", example: "before.txt" }),
    after: list("FILE", "the capture to compare it with", { group: "input", example: "after.txt" }),
    ...SITUATION_OPTIONS,
    ...INPUT_OPTIONS,
    ...SELECTION_OPTIONS,
    output: outputOption(["text", "unified", "json", "jsonl", "patch", "html"]),
    out: text("PATH", "file for what is printed; of patches a directory that gets one a node, NODE.patch", {
      group: "output",
      otherwise: "stdout",
      example: "patches/",
    }),
    shard: text("INDEX/COUNT", "compare only a share of the nodes; /COUNT in an Indexed Job", {
      group: "output",
      example: "0/4",
    }),
    "allow-partial": flag("exit 0 or 1 by what was compared, although something wanted was not", { group: "output" }),
    "exit-zero": flag("exit 0 although there are differences", { group: "output" }),
    ...REPORT_OPTIONS,
  },
  examples: [
    ["$0 diff node-iptables.txt", "against ./manifests; the rest is taken from the node's rules"],
    ["$0 diff node.txt --manifests dump.json --node worker-1", "against a dump of the cluster"],
    ["$0 diff nodes/*.txt --manifests dump.json", "many nodes; files are named as the nodes are"],
    ["$0 diff nodes/*.txt -o patch --out patches/", "one file a node of what to load there"],
    ["$0 diff --before a.txt --after b.txt", "what changed on a node"],
    ["ssh worker-1 iptables-save | $0 diff - --output patch", "what to load to bring it right"],
  ],
});
