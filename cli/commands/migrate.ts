import type { MigrateView } from "../../lib/index.js";
import { usesColor } from "../color.js";
import { UsageError } from "../errors.js";
import { flag } from "../options/builders.js";
import {
  INPUT_OPTIONS,
  modeOption,
  outputOption,
  releaseOption,
  SELECTION_OPTIONS,
  SITUATION_OPTIONS,
} from "../options/shared.js";
import { INPUTS, namedInputs } from "../options/positionals.js";
import { NEWEST_RELEASE, RELEASE_BEFORE } from "../options/releases.js";
import { inputsOf, openQuestion, printLines, selectionOf, wishesOf } from "../question.js";
import { makeReporter } from "../reporter.js";
import type { Terminal } from "../terminal.js";
import { defineCommand, type GlobalValues } from "./command.js";

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
  run: async (request, terminal) => {
    const { fromMode, toMode, fromVersion, toVersion } = request;
    if ([fromMode, toMode, fromVersion, toVersion].every((wish) => wish === undefined))
      throw new UsageError(
        "say what changes: --from-mode and --to-mode, or --from-version and --to-version",
        undefined,
        "--from-mode",
      );
    const { migrate } = await import("../../lib/index.js");
    const reporter = makeReporter(request, terminal);
    const { sources, options } = await openQuestion(
      inputsOf(namedInputs(request), terminal),
      request,
      terminal,
      reporter,
    );
    const sides = { fromMode, toMode, fromVersion, toVersion };
    const wishes = wishesOf({ ...request, mode: undefined, kubeVersion: undefined });
    const { view, diagnostics } = await migrate(sources, { ...options, ...wishes, ...selectionOf(request), ...sides });
    reporter.add(diagnostics);
    reporter.flush();
    if (!view) return 2;
    printLines(await linesOf(view, request, terminal), terminal);
    return view.differs && !request.exitZero ? 1 : 0;
  },
});

/** Frontends named for each way of changing. */
const MOST_NAMED = 5;

async function linesOf(
  view: MigrateView,
  request: GlobalValues & { readonly output: "text" | "json"; readonly all: boolean },
  terminal: Terminal,
): Promise<Iterable<string>> {
  if (request.output === "json") return (await import("../../lib/render/migrate-json.js")).renderMigrateJson(view);
  const { renderMigrateText } = await import("../../lib/render/migrate-text.js");
  const most = request.all ? {} : { most: MOST_NAMED };
  return renderMigrateText(view, { columns: terminal.columns, color: usesColor(request, terminal), ...most });
}
