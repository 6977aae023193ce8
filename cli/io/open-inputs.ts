/** INPUT arguments to Sources: files, directories, `-`. */
import { openSync, closeSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Diagnostic } from "../../lib/diagnostics/diagnostic.js";
import type { Source } from "../../lib/source/source.js";
import { fileSource } from "./file-source.js";
import { readStream } from "./stream-source.js";
import { reasonOf, walkDirectory } from "./walk-directory.js";

export interface InputPlace {
  readonly cwd: string;
  /** File descriptor of stdin. */
  readonly stdin: number;
}

export interface OpenedInputs {
  /** In the order to read them: sorted by path, each file once, whatever the order of the arguments. */
  readonly sources: readonly Source[];
  readonly diagnostics: readonly Diagnostic[];
}

const MANIFEST = /\.(?:ya?ml|json)$/i;

/** Opens what the arguments name. What is missing or unreadable becomes a diagnostic. */
export async function openInputs(inputs: readonly string[], place: InputPlace): Promise<OpenedInputs> {
  const sources = new Map<string, Source>();
  const diagnostics: Diagnostic[] = [];
  const unreadable = (name: string, reason: string) =>
    void diagnostics.push({
      code: "input-not-found",
      severity: "error",
      message: `${name} cannot be read: ${reason}`,
      at: { file: name },
    });
  for (const input of new Set(inputs)) {
    try {
      if (input === "-") sources.set(input, readStream("<stdin>", place.stdin));
      else openPath(input, isAbsolute(input) ? input : join(place.cwd, input), sources, unreadable);
    } catch (error) {
      unreadable(input, reasonOf(error));
    }
  }
  return {
    sources: [...sources.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, source]) => source),
    diagnostics,
  };
}

function openPath(
  name: string,
  path: string,
  sources: Map<string, Source>,
  unreadable: (name: string, reason: string) => void,
): void {
  const stat = statSync(path);
  if (stat.isDirectory()) {
    const walk = walkDirectory(name, path, (file) => MANIFEST.test(file));
    for (const file of walk.files) sources.set(file.path, fileSource(file.name, file.path, file.size));
    for (const failure of walk.failures) unreadable(failure.name, failure.reason);
  } else if (stat.isFile()) {
    closeSync(openSync(path, "r"));
    sources.set(path, fileSource(name, path, stat.size));
  } else {
    const fd = openSync(path, "r");
    try {
      sources.set(path, readStream(name, fd));
    } finally {
      closeSync(fd);
    }
  }
}
