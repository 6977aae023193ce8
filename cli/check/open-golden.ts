import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Source } from "../../lib/index.js";
import { UsageError } from "../errors.js";
import { fileSource } from "../io/file-source.js";

/** Undefined when there is no such file; what is no file is a usage error. */
export function openGolden(root: string, file: string): Source | undefined {
  const path = resolve(root, file);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return undefined;
  if (!stat.isFile()) throw new UsageError(`${file} is no file, so it cannot hold golden rules`);
  return fileSource(file, path, stat.size);
}
