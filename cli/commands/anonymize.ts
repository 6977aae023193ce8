import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  anonymize,
  namedInputs,
  UsageError,
  type AnonymizedFile,
  type AnonymizeMap,
  type AnonymizeResult,
  type RequestOf,
} from "../../lib/index.js";
import { openInputs } from "../io/open-inputs.js";
import { inputsOf } from "../question.js";
import { makeReporter } from "../reporter.js";
import { saveChunks } from "../save-lines.js";
import type { ExitCode, Terminal } from "../terminal.js";

/** Only the owner may read what leads back to the names. */
const PRIVATE = 0o600;

export async function runAnonymize(request: RequestOf<"anonymize">, terminal: Terminal): Promise<ExitCode> {
  const { out, map } = request;
  if (out === undefined) throw new UsageError("anonymize: --out is missing", "name a directory: --out anonymous/");
  const reporter = makeReporter(request, terminal);
  const inputs = inputsOf(namedInputs(request), terminal);
  if (inputs.some((input) => resolve(terminal.cwd, input) === resolve(terminal.cwd, out)))
    throw new UsageError(`anonymize: --out ${out} is an input, which would be lost`, "name another place");
  const { sources, diagnostics } = await openInputs(inputs, terminal, { everyFile: true });
  reporter.add(diagnostics);
  const result = reporter.timed("anonymize", () => anonymize(sources));
  reporter.tell(result.diagnostics);
  if (reporter.failed()) return 2;
  if (result.files.length === 0) throw new UsageError(`${inputs.join(", ")}: neither objects nor captures`);
  save(result.files, out, terminal);
  if (map !== undefined) saveChunks(terminal, map, [mapText(result.map)], PRIVATE);
  if (!request.quiet) terminal.warn(`note: ${summary(result)}\n`);
  return 0;
}

function save(files: readonly AnonymizedFile[], out: string, terminal: Terminal): void {
  if (files.length === 1 && isFile(out, terminal)) return void saveChunks(terminal, out, files[0]!.chunks);
  for (const { path, chunks } of files) saveChunks(terminal, join(out, path), chunks);
}

function isFile(out: string, { cwd }: Terminal): boolean {
  const path = resolve(cwd, out);
  if (existsSync(path)) return !statSync(path).isDirectory();
  return /\.(?:json|ya?ml|txt)$/.test(out);
}

function mapText({ words, addresses }: AnonymizeMap): string {
  const entries = { words: Object.fromEntries(words), addresses: Object.fromEntries(addresses) };
  return `${JSON.stringify({ schema: "svcrules.dev/anonymize-map/v1", ...entries }, null, 2)}\n`;
}

function summary({ files, replaced }: AnonymizeResult): string {
  const counts = `${replaced.words} names and ${replaced.addresses} addresses`;
  return `${files.length} ${files.length === 1 ? "file" : "files"} written; ${counts} replaced, none found in what was written`;
}
