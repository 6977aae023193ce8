import { GROUPS, INPUT_OPTIONS, SITUATION_OPTIONS } from "../options.js";
import type { Command } from "./command.js";

export const explainCommand: Command = {
  name: "explain",
  module: {
    command: "explain <target> [input..]",
    describe: "a service, address, pod or chain in words: frontends, endpoints with shares, every rule",
    builder: (yargs) =>
      yargs
        .positional("target", {
          type: "string",
          describe: "[NS/]SERVICE, IP:PORT[/PROTOCOL], [NS/]POD, or the name or hash of a chain",
          demandOption: true,
        })
        .positional("input", { type: "string", describe: "files, directories or - for stdin", default: undefined })
        .options({
          on: {
            type: "string",
            requiresArg: true,
            array: true,
            describe: "explain the rules of these captures of a node instead of compiled ones; may be repeated",
          },
          namespace: { type: "string", requiresArg: true, alias: "n", describe: "of names without one [default]" },
          rules: { type: "boolean", describe: "show each rule under its sentence", group: GROUPS.output },
          output: {
            type: "string",
            requiresArg: true,
            alias: "o",
            describe: "text or json",
            default: "text",
            group: GROUPS.output,
          },
        })
        .options(SITUATION_OPTIONS)
        .options(INPUT_OPTIONS)
        .example("$0 explain shop/web dump.json --node worker-1", "a service as one node treats it")
        .example("$0 explain 10.96.0.10:443 manifests/", "whose address it is, and what happens there")
        .example("$0 explain KUBE-SEP-XYZ... --on node.txt manifests/", "which endpoint a chain belongs to"),
  },
  run: async (args, terminal) => (await import("../actions/explain.js")).runExplain(args, terminal),
};
