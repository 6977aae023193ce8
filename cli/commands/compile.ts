import { FILTER_OPTIONS, INPUT_OPTIONS, SITUATION_OPTIONS, last } from "../options.js";
import { REPORT_OPTIONS } from "../report-options.js";
import type { Command } from "./command.js";

export const compileCommand: Command = {
  name: "compile",
  module: {
    command: "compile [input..]",
    describe: "the rules that kube-proxy would program on one node",
    builder: (yargs) =>
      yargs
        .positional("input", { type: "string", describe: "files, directories or - for stdin" })
        .options(SITUATION_OPTIONS)
        .options(INPUT_OPTIONS)
        .options(FILTER_OPTIONS)
        .options({
          artifact: {
            type: "string",
            requiresArg: true,
            describe: "which text: iptables, ipvsadm, ipset, addresses or nft [by mode]",
          },
          format: {
            type: "string",
            requiresArg: true,
            describe: "restore, save, json; mermaid, dot or html for the path of a packet",
            default: "restore",
          },
          output: {
            type: "string",
            requiresArg: true,
            alias: "o",
            describe: "a file, or a directory that gets every artifact of both IP families",
          },
          golden: {
            type: "string",
            requiresArg: true,
            coerce: last,
            describe: "compare with this file: exit 1 when it differs",
          },
          update: { type: "boolean", describe: "write the golden file when it differs" },
        })
        .options(REPORT_OPTIONS)
        .conflicts("golden", "output")
        .implies("update", "golden")
        .example("$0 compile manifests/", "iptables-restore text for the only or first node")
        .example("$0 compile dump.json --node worker-1 --kube-version 1.34", "one node of a cluster dump")
        .example("$0 compile - --mode nftables < services.yaml", "nft text from stdin"),
  },
  run: async (args, terminal) => (await import("../actions/compile.js")).runCompile(args, terminal),
};
