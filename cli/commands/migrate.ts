import { migrate, selectionOf, UsageError, wishesOf, type MigrateView, type RequestOf } from "../../lib/index.js";
import { styleOf } from "../color.js";
import { openNamed, printLines } from "../question.js";
import { makeReporter } from "../reporter.js";
import type { ExitCode, Terminal } from "../terminal.js";

export async function runMigrate(request: RequestOf<"migrate">, terminal: Terminal): Promise<ExitCode> {
  const { fromMode, toMode, fromVersion, toVersion } = request;
  if ([fromMode, toMode, fromVersion, toVersion].every((wish) => wish === undefined))
    throw new UsageError(
      "say what changes: --from-mode and --to-mode, or --from-version and --to-version",
      undefined,
      "--from-mode",
    );
  const reporter = makeReporter(request, terminal);
  const { sources, options } = await openNamed(request, terminal, reporter);
  const sides = { fromMode, toMode, fromVersion, toVersion };
  const wishes = wishesOf({ ...request, mode: undefined, kubeVersion: undefined });
  const { view, diagnostics } = await migrate(sources, { ...options, ...wishes, ...selectionOf(request), ...sides });
  reporter.tell(diagnostics);
  if (!view) return 2;
  printLines(await linesOf(view, request, terminal), terminal);
  return view.differs && !request.exitZero ? 1 : 0;
}

/** Frontends named for each way of changing. */
const MOST_NAMED = 5;

async function linesOf(
  view: MigrateView,
  request: RequestOf<"migrate">,
  terminal: Terminal,
): Promise<Iterable<string>> {
  if (request.output === "json") return (await import("../../lib/render/migrate-json.js")).renderMigrateJson(view);
  const { renderMigrateText } = await import("../../lib/render/migrate-text.js");
  const most = request.all ? {} : { most: MOST_NAMED };
  return renderMigrateText(view, { ...styleOf(request, terminal), ...most });
}
