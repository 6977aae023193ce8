import { trace, wishesOf, type RequestOf, type TraceView } from "../../lib/index.js";
import { jsonLines } from "../../lib/render/json-lines.js";
import { styleOf } from "../color.js";
import { openNodeQuestion, printLines } from "../question.js";
import { makeReporter } from "../reporter.js";
import type { ExitCode, Terminal } from "../terminal.js";

export async function runTrace(request: RequestOf<"trace">, terminal: Terminal): Promise<ExitCode> {
  const reporter = makeReporter(request, terminal);
  const { sources, options, captures } = await openNodeQuestion(request, terminal, reporter);
  const { from, to, namespace, interface: name, sourcePort, mark } = request;
  const packet = { from, to, namespace, interface: name, sourcePort, mark };
  const { view, diagnostics } = await trace(sources, { ...options, ...wishesOf(request), ...packet, captures });
  reporter.tell(diagnostics);
  if (!view) return 2;
  printLines(await linesOf(view, request, terminal), terminal);
  return reporter.failed() ? 2 : 0;
}

async function linesOf(view: TraceView, request: RequestOf<"trace">, terminal: Terminal): Promise<Iterable<string>> {
  switch (request.output) {
    case "json":
      return jsonLines((await import("../../lib/render/trace-json.js")).traceJSON(view));
    case "mermaid":
      return (await import("../../lib/render/trace-mermaid.js")).renderTraceMermaid(view);
    case "text": {
      const { renderTraceText } = await import("../../lib/render/trace-text.js");
      return renderTraceText(view, { ...styleOf(request, terminal), rules: request.rules });
    }
  }
}
