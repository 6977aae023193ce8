/** Inputs that were read, kept for the next question: each is read once, however many are asked of it. */
import { loadCluster, type LoadOptions, type LoadResult, type Source } from "../../lib/index.js";
import type { InputFile } from "./protocol.js";
import { sourcesOf } from "./sources.js";

interface Kept {
  readonly files: readonly InputFile[];
  readonly sources: readonly Source[];
  readonly results: Map<string, LoadResult>;
}

/** The input, and the state that Impact compares it with. */
const MOST_KEPT = 2;
let kept: readonly Kept[] = [];

/** The files as sources: the same ones for the same files, so that `loadKept` knows them. */
export function keptSources(files: readonly InputFile[]): readonly Source[] {
  const known = kept.find((one) => isSame(one.files, files)) ?? {
    files,
    sources: sourcesOf(files),
    results: new Map<string, LoadResult>(),
  };
  kept = [known, ...kept.filter((one) => one !== known)].slice(0, MOST_KEPT);
  return known.sources;
}

/** As `loadCluster`, with everything that is in the sources; what was read of kept ones is not read again. */
export function loadKept(iterable: Iterable<Source>, { kubeVersion, keepValid = false }: LoadOptions = {}): LoadResult {
  const sources = [...iterable];
  const results = kept.find((one) => isEach(one.sources, sources))?.results;
  const known = results?.get(`${keepValid} ${kubeVersion}`);
  if (known) return known;
  const result = loadCluster(sources, { kubeVersion, keepValid });
  // Where nothing is refused, keeping what is valid makes no difference.
  const isRefused = result.diagnostics.some(({ severity }) => severity === "error");
  for (const keeps of isRefused ? [keepValid] : [true, false]) results?.set(`${keeps} ${kubeVersion}`, result);
  return result;
}

function isSame(a: readonly InputFile[], b: readonly InputFile[]): boolean {
  return a.length === b.length && a.every(({ name, text }, i) => name === b[i]!.name && text === b[i]!.text);
}

function isEach(a: readonly Source[], b: readonly Source[]): boolean {
  return a.length === b.length && a.every((source, i) => source === b[i]);
}
