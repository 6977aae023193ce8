import { endpoints, selectionOf, type EndpointsResult, type RequestOf } from "../../lib/index.js";
import { styleOf } from "../color.js";
import { openNamed, printLines } from "../question.js";
import { makeReporter } from "../reporter.js";
import type { ExitCode, Terminal } from "../terminal.js";

export async function runEndpoints(request: RequestOf<"endpoints">, terminal: Terminal): Promise<ExitCode> {
  const reporter = makeReporter(request, terminal);
  const { sources, options } = await openNamed(request, terminal, reporter);
  const result = endpoints(sources, { ...options, ...selectionOf(request) });
  reporter.tell(result.diagnostics);
  if (!result.services) return 2;
  printLines(await linesOf(result, result.services, request, terminal), terminal);
  return reporter.failed() ? 2 : 0;
}

async function linesOf(
  { rows, whyNoRules }: EndpointsResult,
  services: NonNullable<EndpointsResult["services"]>,
  request: RequestOf<"endpoints">,
  terminal: Terminal,
): Promise<Iterable<string>> {
  if (request.output === "json") return (await import("../../lib/render/endpoints-json.js")).renderEndpointsJson(rows);
  const { renderEndpointsTable } = await import("../../lib/render/endpoints-table.js");
  return renderEndpointsTable(services, { ...styleOf(request, terminal), whyNoRules });
}
