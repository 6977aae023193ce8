/** The files that a run reads: a result is not written over one of them. */
import type { Source } from "../source/source.js";
import { UsageError } from "./usage-error.js";

/** How a file was opened; a number is that of an open one. */
export type InputPath = string | Uint8Array | number;

interface ReadFile {
  readonly path: InputPath;
  readonly isLost: () => boolean;
}

const filesOf = new WeakMap<object, ReadFile[]>();

/** The copy, for which the inputs of the run are the same, those that are named later included. */
export function ofSameRun<T extends object>(run: object, copy: T): T {
  const files = filesOf.get(run) ?? [];
  filesOf.set(run, files).set(copy, files);
  return copy;
}

/** Keeps a file that an argument names; `run`: any object that is of this run alone. */
export function nameInput(run: object, path: InputPath, source?: Source): void {
  keep(run, { path, isLost: () => !source || !isOwnReport(headOf(source)) });
}

/** Keeps a file found in a directory. `source`: none of a packed file. `everyFile`: others than those with objects are read, too. */
export function nameFound(run: object, path: InputPath, source: Source | undefined, everyFile: boolean): void {
  const isLost = () => {
    if (!source) return true;
    const head = headOf(source);
    return !isOwnReport(head) && (everyFile || HOLDS_OBJECTS.test(head));
  };
  keep(run, { path, isLost });
}

function keep(run: object, file: ReadFile): void {
  const files = filesOf.get(run);
  if (files) files.push(file);
  else filesOf.set(run, [file]);
}

/** Throws a usage error where what is written over one of the run's inputs, under whatever name, would be lost; `shown` as the user wrote it. */
export function refuseInput(run: object, isWritten: (path: InputPath) => boolean, shown: string): void {
  if (filesOf.get(run)?.some(({ path, isLost }) => isWritten(path) && isLost())) throw inputLost(shown);
}

export function inputLost(shown: string): UsageError {
  return new UsageError(`${shown} is an input, which would be lost`, "name another place");
}

const HEAD = 8192;
const HOLDS_OBJECTS = /^[ \t]*(?:- )?\{?["']?apiVersion["']?\s*:|"apiVersion"\s*:/m;

/** What an earlier run wrote into the same directory. */
function isOwnReport(head: string): boolean {
  return /^\s*\[?\s*\{\s*"schema"\s*:\s*"svcrules\.dev\/(?!bundle\/)/.test(head);
}

function headOf({ size, read }: Source): string {
  return new TextDecoder().decode(read(0, Math.min(size, HEAD)));
}
