/** Inputs that a command line names as files: a result is not written over one of them. */
import { UsageError } from "./usage-error.js";

/** By run, what `fileId` gives. */
const named = new WeakMap<object, Set<string>>();

interface PlaceOnDisk {
  readonly dev: number;
  readonly ino: number;
}

/** The same for every name, link and way to a file. */
function fileId({ dev, ino }: PlaceOnDisk): string {
  return `${dev}:${ino}`;
}

/** The copy, for which the inputs of the run are the same, those that are named later included. */
export function ofSameRun<T extends object>(run: object, copy: T): T {
  const files = named.get(run) ?? new Set();
  named.set(run, files).set(copy, files);
  return copy;
}

/** Keeps which file an argument names; `run`: any object that is of this run alone. */
export function nameInput(run: object, file: PlaceOnDisk): void {
  const files = named.get(run) ?? new Set();
  named.set(run, files.add(fileId(file)));
}

/** Throws a usage error if an argument named the file, under whatever name; `shown` as the user wrote it. */
export function refuseInput(run: object, file: PlaceOnDisk | undefined, shown: string): void {
  if (file && named.get(run)?.has(fileId(file))) throw inputLost(shown);
}

export function inputLost(shown: string): UsageError {
  return new UsageError(`${shown} is an input, which would be lost`, "name another place");
}
