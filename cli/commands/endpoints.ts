import type { EndpointsResult } from "../../lib/index.js";
import { usesColor } from "../color.js";
import { INPUT_OPTIONS, SELECTION_OPTIONS, outputOption, releaseOption } from "../options/shared.js";
import { INPUTS, namedInputs } from "../options/positionals.js";
import { NEWEST_RELEASE } from "../options/releases.js";
import { inputsOf, openQuestion, printLines, selectionOf } from "../question.js";
import { makeReporter } from "../reporter.js";
import type { Terminal } from "../terminal.js";
import { defineCommand, type GlobalValues } from "./command.js";

export const endpointsCommand = defineCommand({
  name: "endpoints",
  describe: "the endpoints of every service, and why a pod is not one",
  positionals: INPUTS,
  options: {
    "kube-version": releaseOption("release of the EndpointSlice controller", {
      aliases: ["controller-version"],
      group: "rules",
      otherwise: NEWEST_RELEASE,
    }),
    output: outputOption(["text", "json"]),
    ...INPUT_OPTIONS,
    ...SELECTION_OPTIONS,
  },
  examples: [
    ["$0 endpoints manifests/", "a table for each service, then the pods that are no endpoints"],
    ["$0 endpoints dump.json --service shop/web", "one service of a cluster dump"],
    ["kubectl get svc,pods,nodes -A -o yaml | $0 endpoints - -o json", "an array of rows"],
  ],
  run: async (request, terminal) => {
    const { endpoints } = await import("../../lib/index.js");
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
  },
});

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
