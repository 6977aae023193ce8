/** Inputs that a command line names as files: a result is not written over one of them. */
import { UsageError } from "./usage-error.js";

/** Whole paths by run. */
const named = new WeakMap<object, Set<string>>();

/** Keeps the whole path of what an argument names; `run`: any object that is of this run alone. */
export function nameInput(run: object, path: string): void {
  const paths = named.get(run) ?? new Set();
  named.set(run, paths.add(path));
}

/** Throws a usage error if an argument named the whole path; `shown` as the user wrote it. */
export function refuseInput(run: object, path: string, shown: string): void {
  if (named.get(run)?.has(path)) throw inputLost(shown);
}

export function inputLost(shown: string): UsageError {
  return new UsageError(`${shown} is an input, which would be lost`, "name another place");
}
