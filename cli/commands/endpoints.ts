import {
  endpoints,
  namedInputs,
  selectionOf,
  type EndpointsResult,
  type GlobalValues,
  type RequestOf,
} from "../../lib/index.js";
import { usesColor } from "../color.js";
import { inputsOf, openQuestion, printLines } from "../question.js";
import { makeReporter } from "../reporter.js";
import type { ExitCode, Terminal } from "../terminal.js";

export async function runEndpoints(request: RequestOf<"endpoints">, terminal: Terminal): Promise<ExitCode> {
  const reporter = makeReporter(request, terminal);
  const { sources, options } = await openQuestion(
    inputsOf(namedInputs(request), terminal),
    request,
    terminal,
    reporter,
  );
  const result = endpoints(sources, { ...options, ...selectionOf(request) });
  reporter.add(result.diagnostics);
  reporter.flush();
  if (!result.services) return 2;
  printLines(await linesOf(result, result.services, request, terminal), terminal);
  return reporter.failed() ? 2 : 0;
}

async function linesOf(
  { rows, whyNoRules }: EndpointsResult,
  services: NonNullable<EndpointsResult["services"]>,
  request: GlobalValues & { readonly output: "text" | "json" },
  terminal: Terminal,
): Promise<Iterable<string>> {
  if (request.output === "json") return (await import("../../lib/render/endpoints-json.js")).renderEndpointsJson(rows);
  const { renderEndpointsTable } = await import("../../lib/render/endpoints-table.js");
  return renderEndpointsTable(services, { columns: terminal.columns, color: usesColor(request, terminal), whyNoRules });
}
