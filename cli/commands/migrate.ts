import { FILTER_OPTIONS, GROUPS, INPUT_OPTIONS, SITUATION_OPTIONS } from "../options.js";
import type { Command } from "./command.js";

const text = (describe: string, more: object = {}) => ({
  type: "string" as const,
  requiresArg: true,
  describe,
  ...more,
});
const { mode: _mode, "kube-version": _version, ...COMMON } = SITUATION_OPTIONS;

export const migrateCommand: Command = {
  name: "migrate",
  module: {
    command: "migrate [input..]",
    describe: "what another mode or release changes: frontends that behave differently, and what to clean up",
    builder: (yargs) =>
      yargs
        .positional("input", { type: "string", describe: "files, directories or - for stdin", default: undefined })
        .options({
          "from-mode": text("iptables, ipvs or nftables [configured mode, else iptables]"),
          "to-mode": text("iptables, ipvs or nftables [as before]"),
          "from-version": text("Kubernetes release before, 1.28 to 1.36 [the node's, else 1.36]"),
          "to-version": text("Kubernetes release after [as before]"),
          output: text("text or json", { alias: "o", default: "text", group: GROUPS.output }),
          all: { type: "boolean", describe: "name every frontend, not the first of each group", group: GROUPS.output },
          "exit-zero": { type: "boolean", describe: "exit 0 although something differs", group: GROUPS.output },
        })
        .options(COMMON)
        .options(INPUT_OPTIONS)
        .options(FILTER_OPTIONS)
        .example("$0 migrate --from-mode ipvs --to-mode nftables dump.json", "before a change of mode")
        .example("$0 migrate --from-version 1.30 --to-version 1.36 dump.json", "before an upgrade"),
  },
  run: async (args, terminal) => (await import("../actions/migrate.js")).runMigrate(args, terminal),
};
