import { flag } from "../builders.js";
import {
  INPUTS,
  INPUT_OPTIONS,
  modeOption,
  outputOption,
  releaseOption,
  SELECTION_OPTIONS,
  SITUATION_OPTIONS,
} from "../shared.js";
import { NEWEST_RELEASE, RELEASE_BEFORE } from "../releases.js";
import { defineCommand } from "../command.js";

const { mode: _mode, "kube-version": _version, ...COMMON } = SITUATION_OPTIONS;

export const migrateCommand = defineCommand({
  name: "migrate",
  describe: "what another mode or release changes: frontends that behave differently, and what to clean up",
  positionals: INPUTS,
  options: {
    "from-mode": modeOption("kube-proxy's mode before", { otherwise: "configured mode, else iptables" }),
    "to-mode": modeOption("kube-proxy's mode after", { otherwise: "as before" }),
    "from-version": releaseOption("Kubernetes release before", { otherwise: `the node's, else ${NEWEST_RELEASE}` }),
    "to-version": releaseOption("Kubernetes release after", { otherwise: "as before" }),
    output: outputOption(["text", "json"]),
    all: flag("name every frontend, not the first of each group", { group: "output" }),
    "exit-zero": flag("exit 0 although something differs", { group: "output" }),
    ...COMMON,
    ...INPUT_OPTIONS,
    ...SELECTION_OPTIONS,
  },
  examples: [
    ["$0 migrate --from-mode ipvs --to-mode nftables dump.json", "before a change of mode"],
    [`$0 migrate --from-version ${RELEASE_BEFORE} --to-version ${NEWEST_RELEASE} dump.json`, "before an upgrade"],
  ],
});
