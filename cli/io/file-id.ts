import { fstatSync, statSync, type PathLike } from "node:fs";
import type { InputPath } from "../../lib/index.js";

/** The same for every name, link and way to a file; undefined where there is none. Devices and pipes keep nothing. */
export function fileId(path: InputPath): string | undefined {
  const options = { bigint: true, throwIfNoEntry: false } as const;
  const stat = typeof path === "number" ? fstatSync(path, options) : statSync(path as PathLike, options);
  return stat?.isFile() ? `${stat.dev}:${stat.ino}` : undefined;
}

export function isFile(path: InputPath, id: string): boolean {
  try {
    return fileId(path) === id;
  } catch {
    return false;
  }
}
