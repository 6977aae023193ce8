import {
  explain,
  namedInputs,
  refuseFileAsTarget,
  wishesOf,
  type ExplainView,
  type RequestOf,
} from "../../lib/index.js";
import { jsonLines } from "../../lib/render/json-lines.js";
import { styleOf } from "../color.js";
import { isThere, openNodeQuestion, printLines } from "../question.js";
import { makeReporter } from "../reporter.js";
import type { ExitCode, Terminal } from "../terminal.js";

export async function runExplain(request: RequestOf<"explain">, terminal: Terminal): Promise<ExitCode> {
  const reporter = makeReporter(request, terminal);
  refuseFileAsTarget("explain", request.target, namedInputs(request), isThere(terminal));
  const { sources, options, captures } = await openNodeQuestion(request, terminal, reporter);
  const { target, namespace } = request;
  const asked = { ...options, ...wishesOf(request), captures, target, namespace };
  const { view, diagnostics } = await explain(sources, asked);
  reporter.tell(diagnostics);
  if (!view) return 2;
  printLines(await linesOf(view, request, terminal), terminal);
  return reporter.failed() ? 2 : 0;
}

async function linesOf(
  view: ExplainView,
  request: RequestOf<"explain">,
  terminal: Terminal,
): Promise<Iterable<string>> {
  if (request.output === "json") return jsonLines((await import("../../lib/render/explain-json.js")).explainJSON(view));
  const { renderExplainText } = await import("../../lib/render/explain-text.js");
  return renderExplainText(view, { ...styleOf(request, terminal), rules: request.rules });
}
