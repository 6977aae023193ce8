import type { ExplainView } from "../../lib/index.js";
import { jsonLines } from "../../lib/render/json-lines.js";
import { usesColor } from "../color.js";
import { flag, list, text } from "../options/builders.js";
import { INPUT_OPTIONS, SITUATION_OPTIONS, outputOption } from "../options/shared.js";
import { INPUTS } from "../options/positionals.js";
import { openNodeQuestion, printLines, wishesOf } from "../question.js";
import { makeReporter } from "../reporter.js";
import type { Terminal } from "../terminal.js";
import { defineCommand, type GlobalValues } from "./command.js";

export const explainCommand = defineCommand({
  name: "explain",
  describe: "a service, address, pod or chain in words: frontends, endpoints with shares, every rule",
  positionals: {
    target: {
      isRequired: true,
      names: "target",
      describe: "[NS/]SERVICE, IP:PORT[/PROTOCOL], [NS/]POD, or the name or hash of a chain",
    },
    ...INPUTS,
  },
  options: {
    on: list("FILE", "explain the rules of these captures of a node instead of compiled ones", { group: "input" }),
    namespace: text("NS", "of names without one", { short: "n", names: "namespace", otherwise: "default" }),
    rules: flag("show each rule under its sentence", { group: "output" }),
    output: outputOption(["text", "json"]),
    ...SITUATION_OPTIONS,
    ...INPUT_OPTIONS,
  },
  examples: [
    ["$0 explain shop/web dump.json --node worker-1", "a service as one node treats it"],
    ["$0 explain 10.96.0.10:443 manifests/", "whose address it is, and what happens there"],
    ["$0 explain KUBE-SEP-XYZ... --on node.txt manifests/", "which endpoint a chain belongs to"],
  ],
  run: async (request, terminal) => {
    const { explain } = await import("../../lib/index.js");
    const reporter = makeReporter(request, terminal);
    const { sources, options, captures } = await openNodeQuestion(request, terminal, reporter);
    const { target, namespace } = request;
    const { view, diagnostics } = await explain(sources, {
      ...options,
      ...wishesOf(request),
      captures,
      target,
      namespace,
    });
    reporter.add(diagnostics);
    reporter.flush();
    if (!view) return 2;
    printLines(await linesOf(view, request, terminal), terminal);
    return reporter.failed() ? 2 : 0;
  },
});

async function linesOf(
  view: ExplainView,
  request: GlobalValues & { readonly output: "text" | "json"; readonly rules: boolean },
  terminal: Terminal,
): Promise<Iterable<string>> {
  if (request.output === "json") return jsonLines((await import("../../lib/render/explain-json.js")).explainJSON(view));
  const { renderExplainText } = await import("../../lib/render/explain-text.js");
  return renderExplainText(view, {
    columns: terminal.columns,
    color: usesColor(request, terminal),
    rules: request.rules,
  });
}
