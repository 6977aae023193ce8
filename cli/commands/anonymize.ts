import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { AnonymizedFile, AnonymizeMap, AnonymizeResult } from "../../lib/index.js";
import { UsageError } from "../errors.js";
import { openInputs } from "../io/open-inputs.js";
import { list, text } from "../options/builders.js";
import { INPUTS, namedInputs } from "../options/positionals.js";
import { inputsOf } from "../question.js";
import { makeReporter } from "../reporter.js";
import { saveChunks } from "../save-lines.js";
import type { Terminal } from "../terminal.js";
import { defineCommand } from "./command.js";

/** Only the owner may read what leads back to the names. */
const PRIVATE = 0o600;

export const anonymizeCommand = defineCommand({
  name: "anonymize",
  describe: "the same objects and captures without names and addresses, for a bug report",
  positionals: INPUTS,
  options: {
    filename: list("INPUT", "an input, as kubectl names it", { short: "f", group: "input", example: "manifests/" }),
    out: text("PATH", "directory that gets the files, or a file where there is only one", {
      group: "output",
      example: "anonymous/",
    }),
    map: text("FILE", "where to write which name became what; keep it to yourself", {
      group: "output",
      example: "names.json",
    }),
  },
  examples: [
    ["$0 anonymize svcrules-bundle.tar.gz --out anonymous/", "a bundle that can be shown to others"],
    ["$0 anonymize dump.json node.txt --out anonymous/ --map names.json", "and which name became what"],
  ],
  run: async (request, terminal) => {
    const { anonymize } = await import("../../lib/index.js");
    const { out, map } = request;
    if (out === undefined) throw new UsageError("anonymize: --out is missing", "name a directory: --out anonymous/");
    const reporter = makeReporter(request, terminal);
    const inputs = inputsOf(namedInputs(request), terminal);
    const { sources, diagnostics } = await openInputs(inputs, terminal, { everyFile: true });
    reporter.add(diagnostics);
    const result = reporter.timed("anonymize", () => anonymize(sources));
    reporter.add(result.diagnostics);
    reporter.flush();
    if (reporter.failed()) return 2;
    if (result.files.length === 0) throw new UsageError(`${inputs.join(", ")}: neither objects nor captures`);
    save(result.files, out, terminal);
    if (map !== undefined) saveChunks(terminal, map, [mapText(result.map)], PRIVATE);
    if (!request.quiet) terminal.warn(`note: ${summary(result)}\n`);
    return 0;
  },
});

function save(files: readonly AnonymizedFile[], out: string, terminal: Terminal): void {
  const [first] = files;
  if (files.length === 1 && isFile(out, terminal)) return void saveChunks(terminal, out, first!.chunks);
  for (const { path, chunks } of files) saveChunks(terminal, join(out, path), chunks);
}

function isFile(out: string, { cwd }: Terminal): boolean {
  const path = resolve(cwd, out);
  if (existsSync(path)) return !statSync(path).isDirectory();
  return /\.(?:json|ya?ml|txt)$/.test(out);
}

function mapText({ words, addresses }: AnonymizeMap): string {
  const schema = "svcrules.dev/anonymize-map/v1";
  return (
    JSON.stringify({ schema, words: Object.fromEntries(words), addresses: Object.fromEntries(addresses) }, null, 2) +
    "\n"
  );
}

function summary({ files, replaced }: AnonymizeResult): string {
  const counts = `${replaced.words} names and ${replaced.addresses} addresses`;
  return `${files.length} ${files.length === 1 ? "file" : "files"} written; ${counts} replaced, none found in what was written`;
}
