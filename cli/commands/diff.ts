import { FILTER_OPTIONS, GROUPS, INPUT_OPTIONS, SITUATION_OPTIONS } from "../options.js";
import { REPORT_OPTIONS } from "../report-options.js";
import type { Command } from "./command.js";

export const diffCommand: Command = {
  name: "diff",
  module: {
    command: "diff [node-file..]",
    describe: "what a node holds against what it should hold",
    builder: (yargs) =>
      yargs
        .positional("node-file", {
          type: "string",
          describe: "iptables-save, iptables -S or -nvL, ipvsadm, ipset, ip addr, nft list; - for stdin",
          default: undefined,
        })
        .options({
          manifests: {
            type: "string",
            requiresArg: true,
            describe: "files or directories with the cluster's objects; may be repeated [./manifests]",
          },
          before: { type: "string", requiresArg: true, describe: "an older capture, instead of manifests" },
          after: { type: "string", requiresArg: true, describe: "the capture to compare it with" },
        })
        .options(SITUATION_OPTIONS)
        .options(INPUT_OPTIONS)
        .options(FILTER_OPTIONS)
        .options({
          output: {
            type: "string",
            requiresArg: true,
            alias: "o",
            describe: "text, unified, json, jsonl (a line a node), patch or html",
            default: "text",
            group: GROUPS.output,
          },
          shard: {
            type: "string",
            requiresArg: true,
            describe: "compare only a share of the nodes, INDEX/COUNT; /COUNT in an Indexed Job",
          },
          "exit-zero": { type: "boolean", describe: "exit 0 although there are differences", group: GROUPS.output },
        })
        .options(REPORT_OPTIONS)
        .example("$0 diff node-iptables.txt", "against ./manifests; the rest is taken from the node's rules")
        .example("$0 diff node.txt --manifests dump.json --node worker-1", "against a dump of the cluster")
        .example("$0 diff nodes/*.txt --manifests dump.json", "many nodes; files are named as the nodes are")
        .example("$0 diff --before a.txt --after b.txt", "what changed on a node")
        .example("ssh worker-1 iptables-save | $0 diff - --output patch", "what to load to bring it right"),
  },
  run: async (args, terminal) => (await import("../actions/diff.js")).runDiff(args, terminal),
};
