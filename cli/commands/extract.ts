import { join } from "node:path";
import { extract, namedInputs, readingOf, UsageError, type ExtractedFile, type RequestOf } from "../../lib/index.js";
import { openInputs } from "../io/open-inputs.js";
import { inputsOf } from "../question.js";
import { makeReporter } from "../reporter.js";
import { saveChunks } from "../save-lines.js";
import type { ExitCode, Terminal } from "../terminal.js";

export async function runExtract(request: RequestOf<"extract">, terminal: Terminal): Promise<ExitCode> {
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
  reporter.tell(diagnostics);
  if (files.length === 0 || reporter.failed()) return 2;
  for (const { path, chunks } of files) saveChunks(terminal, join(out, path), chunks);
  if (!request.quiet) terminal.warn(`note: ${summary(files, services)}\n`);
  return 0;
}

function summary(files: readonly ExtractedFile[], [first, ...others]: readonly string[]): string {
  const besides = others.length === 0 ? "" : `, and what its answer needs beside it: ${others.join(", ")}`;
  return `${files.length} ${files.length === 1 ? "file" : "files"} written about ${first!}${besides}`;
}
