import { realpathSync, statSync, type Stats } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError, type Source } from "../../lib/index.js";
import { fileSource } from "../io/file-source.js";
import { isInside, reasonOf } from "../io/walk-directory.js";

/** Undefined when there is no such file; what is no file, or leads out of `directory` by a link, is a usage error. */
export function openGolden(root: string, file: string, directory?: string): Source | undefined {
  const path = resolve(root, file);
  const stat = statOf(path, file);
  if (directory !== undefined && !isInside(realPlace(path), realPlace(resolve(root, directory))))
    throw new UsageError(`${file} leads out of ${directory} by a link`);
  if (!stat) return undefined;
  if (!stat.isFile()) throw new UsageError(`${file} is no file, so it cannot hold golden rules`);
  return fileSource(file, path, stat.size);
}

/** Where a file is, or would be made. */
function realPlace(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return join(realPlace(dirname(path)), basename(path));
  }
}

function statOf(path: string, file: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${reasonOf(error)}`, "name another place, or mend this one");
  }
}
