import { statSync, type Stats } from "node:fs";
import { resolve } from "node:path";
import { UsageError, type Source } from "../../lib/index.js";
import { fileSource } from "../io/file-source.js";
import { reasonOf } from "../io/walk-directory.js";

/** Undefined when there is no such file; what is no file is a usage error. */
export function openGolden(root: string, file: string): Source | undefined {
  const path = resolve(root, file);
  const stat = statOf(path, file);
  if (!stat) return undefined;
  if (!stat.isFile()) throw new UsageError(`${file} is no file, so it cannot hold golden rules`);
  return fileSource(file, path, stat.size);
}

function statOf(path: string, file: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${reasonOf(error)}`, "name another place, or mend this one");
  }
}
