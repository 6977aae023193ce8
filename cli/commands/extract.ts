import { join } from "node:path";
import { CHANGE_KINDS, type ExtractedFile } from "../../lib/index.js";
import { UsageError } from "../errors.js";
import { openInputs } from "../io/open-inputs.js";
import { choice, list, text } from "../options/builders.js";
import { INPUTS, namedInputs } from "../options/positionals.js";
import { INPUT_OPTIONS } from "../options/shared.js";
import { inputsOf, readingOf } from "../question.js";
import { makeReporter } from "../reporter.js";
import { saveChunks } from "../save-lines.js";
import { defineCommand } from "./command.js";

export const extractCommand = defineCommand({
  name: "extract",
  describe: "the smallest input that gives the same answers about one service",
  positionals: INPUTS,
  options: {
    service: text("[NS/]NAME", "the service", { group: "selection", names: "service", example: "shop/web" }),
    namespace: text("NS", "of a service named without one", { short: "n", group: "selection", names: "namespace" }),
    for: choice(CHANGE_KINDS, "a change that diff reports: leave out what it does not need", {
      group: "selection",
    }),
    from: list("POD", "keep this pod too, to trace from it", {
      group: "selection",
      names: "sender",
      example: "shop/cart-0",
    }),
    node: text("NAME", "node that the captures are of", {
      group: "node",
      names: "node",
      otherwise: "told by the captures",
    }),
    ...INPUT_OPTIONS,
    out: text("DIR", "directory that gets the files", { group: "output", example: "web/" }),
  },
  examples: [
    ["$0 extract --service shop/web svcrules-bundle.tar.gz --out web/", "one service of a bundle, as a bundle"],
    ["$0 extract --service shop/web --for endpoint-stale dump.json node.txt --out web/", "one change of it"],
    ["$0 anonymize web/ --out report/", "and without names: a good bug report"],
  ],
  run: async (request, terminal) => {
    const { extract } = await import("../../lib/index.js");
    const { service, namespace, node, from, simulate, serviceCidr, strict, out } = request;
    if (service === undefined) throw new UsageError("extract: --service is missing", "name one: --service shop/web");
    if (out === undefined) throw new UsageError("extract: --out is missing", "name a directory: --out web/");
    const reporter = makeReporter(request, terminal);
    const inputs = inputsOf(namedInputs(request), terminal);
    const reading = { ...readingOf(request), everyFile: true, progress: request.progress };
    const { sources, diagnostics: opened } = await openInputs(inputs, terminal, reading);
    const { files, services, diagnostics } = await extract(sources, {
      ...{ service, namespace, node, from, simulate, serviceCIDR: serviceCidr, strict, opened },
      for: request.for,
      inputNames: inputs,
      timed: reporter.timed,
    });
    reporter.add(diagnostics);
    reporter.flush();
    if (files.length === 0 || reporter.failed()) return 2;
    for (const { path, chunks } of files) saveChunks(terminal, join(out, path), chunks);
    if (!request.quiet) terminal.warn(`note: ${summary(files, services)}\n`);
    return 0;
  },
});

function summary(files: readonly ExtractedFile[], [first, ...others]: readonly string[]): string {
  const besides = others.length === 0 ? "" : `, and what shares its addresses and ports: ${others.join(", ")}`;
  return `${files.length} ${files.length === 1 ? "file" : "files"} written about ${first!}${besides}`;
}
