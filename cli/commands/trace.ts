import { GROUPS, INPUT_OPTIONS, SITUATION_OPTIONS } from "../options.js";
import type { Command } from "./command.js";

const text = (describe: string, more: object = {}) => ({
  type: "string" as const,
  requiresArg: true,
  describe,
  ...more,
});

export const traceCommand: Command = {
  name: "trace",
  module: {
    command: "trace [input..]",
    describe: "one packet through a node's rules: every branch with its probability, then NetworkPolicies",
    builder: (yargs) =>
      yargs
        .positional("input", { type: "string", describe: "files, directories or - for stdin", default: undefined })
        .options({
          from: text("who sends: [NS/]POD, an IP, a NODE, or outside", { demandOption: true }),
          to: text("where to: IP:PORT[/udp] or [NS/]SERVICE:PORT, the port by number or name", { demandOption: true }),
          on: text("trace through these captures of a node, foreign rules included; may be repeated", { array: true }),
          namespace: text("of names without one [default]", { alias: "n" }),
          interface: text("the interface it arrives through, for rules that ask", { group: GROUPS.node }),
          "source-port": text("its source port, for rules that ask", { group: GROUPS.node }),
          mark: text("the mark it arrives with", { group: GROUPS.node }),
          rules: { type: "boolean", describe: "show each rule under its sentence", group: GROUPS.output },
          output: text("text, json or mermaid", { alias: "o", default: "text", group: GROUPS.output }),
        })
        .options(SITUATION_OPTIONS)
        .options(INPUT_OPTIONS)
        .example("$0 trace --from shop/web-1 --to shop/db:5432 dump.json", "pod to service, on the pod's node")
        .example("$0 trace --from outside --to 192.168.0.11:30080 --on node.txt manifests/", "through captured rules")
        .example("$0 trace --from node-1 --to 10.96.0.10:53/udp -o mermaid dump.json", "as a flowchart"),
  },
  run: async (args, terminal) => (await import("../actions/trace.js")).runTrace(args, terminal),
};
