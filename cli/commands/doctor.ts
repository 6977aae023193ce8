import { INPUT_OPTIONS, SITUATION_OPTIONS } from "../options.js";
import { REPORT_OPTIONS } from "../report-options.js";
import type { Command } from "./command.js";

export const doctorCommand: Command = {
  name: "doctor",
  module: {
    command: "doctor [input..]",
    describe: "what is wrong with services: known failures that files can show, with evidence",
    builder: (yargs) =>
      yargs
        .positional("input", { type: "string", describe: "files, directories or - for stdin", default: undefined })
        .options({
          on: {
            type: "string",
            requiresArg: true,
            array: true,
            describe: "what was read from a node (iptables-save, nft list, ipvsadm, conntrack -L); may be repeated",
          },
          output: { type: "string", requiresArg: true, alias: "o", describe: "text or json", default: "text" },
          check: { type: "string", requiresArg: true, array: true, describe: "only this check; may be repeated" },
          ignore: {
            type: "string",
            requiresArg: true,
            array: true,
            describe: 'leave a check out, or one object: CHECK or "CHECK:Service NS/NAME", * for anything',
          },
          config: {
            type: "string",
            requiresArg: true,
            describe: "file with a section doctor: {ignore, baseline} [./svcrules.yaml if it is there]",
          },
          baseline: { type: "string", requiresArg: true, describe: "findings of this file are known and not reported" },
          "write-baseline": { type: "string", requiresArg: true, describe: "write the present findings to this file" },
          list: { type: "boolean", describe: "list the checks" },
          "exit-zero": { type: "boolean", describe: "exit 0 also when there are findings" },
        })
        .options(REPORT_OPTIONS)
        .options(SITUATION_OPTIONS)
        .options(INPUT_OPTIONS)
        .example("$0 doctor dump.json", "what is wrong in a cluster dump")
        .example(
          "$0 doctor manifests/ --report sarif=doctor.sarif",
          "for code scanning; also junit, github, markdown, json",
        )
        .example("$0 doctor manifests/ --on node-iptables.txt --node node-1", "with the rules of a node")
        .example(
          "$0 doctor manifests/ --write-baseline known.json",
          "start with what is there; later --baseline known.json",
        ),
  },
  run: async (args, terminal) => (await import("../actions/doctor.js")).runDoctorCommand(args, terminal),
};
