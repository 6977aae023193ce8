import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  anonymize,
  inputLost,
  namedInputs,
  UsageError,
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
  const { sources, diagnostics } = await openInputs(inputs, terminal, { everyFile: true });
  reporter.addOpened(diagnostics);
  const result = reporter.timed("anonymize", () => anonymize(sources));
  reporter.tell(result.diagnostics);
  if (reporter.failed()) return 2;
  reporter.tell(reporter.atEnd);
  if (result.files.length === 0) throw new UsageError(`${inputs.join(", ")}: neither objects nor captures`);
  const isOne = result.files.length === 1 && isFile(out, terminal);
  const paths = result.files.map(({ path }) => (isOne ? out : join(out, path)));
  const read = new Set([...inputs, ...sources.map(({ name }) => name)].map((name) => resolve(terminal.cwd, name)));
  const lost = [out, ...paths, map ?? out].find((path) => read.has(resolve(terminal.cwd, path)));
  if (lost !== undefined) throw inputLost(lost);
  for (const [i, { chunks }] of result.files.entries()) saveChunks(terminal, paths[i]!, chunks);
  if (map !== undefined) saveChunks(terminal, map, [mapText(result.map)], PRIVATE);
  if (!request.quiet) terminal.warn(`note: ${summary(result)}\n`);
  return reporter.failed() ? 2 : 0;
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
