/** Golden files that no case compiles any more. */
import { closeSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";
import { isGoldenStart, type CheckCase } from "../../lib/index.js";
import { isInside, walkDirectory } from "../io/walk-directory.js";

export interface Orphan {
  /** In full. */
  readonly path: string;
  /** Whether svcrules wrote it, and so may delete it. */
  readonly isOwn: boolean;
}

/** Longest head of a golden file that is looked at, in bytes. */
const HEAD = 2048;

/**
 * Files in the cases' directories that are none of `expected` (full paths), and golden files of cases that are gone.
 * Hidden files, Markdown, and whatever else lies in a directory that holds more than golden files are left alone.
 */
export function findOrphans(
  cases: readonly CheckCase[],
  root: string,
  expected: ReadonlySet<string>,
  others: ReadonlySet<string>,
): Orphan[] {
  const directories = new Map<string, boolean>();
  for (const { golden, goldenRoot, inputs } of cases) {
    const path = resolve(root, golden);
    const isShared = [root, ...inputs.map((input) => resolve(root, input))].some((other) => isInside(other, path));
    directories.set(path, !isShared);
    const above = resolve(root, goldenRoot);
    if (above !== path && !directories.has(above)) directories.set(above, false);
  }
  const found = new Map<string, Orphan>();
  for (const [directory, isOnlyGolden] of directories)
    for (const { name, path } of walkDirectory(directory, directory, { wanted: isGoldenName }).files) {
      // svcrules gives no file a name that is no UTF-8.
      if (typeof path !== "string") continue;
      if (expected.has(path) || [...others].some((other) => isInside(path, other))) continue;
      const isOwn = isGoldenStart(firstLineOf(path));
      if (isOwn || isOnlyGolden) found.set(path, { path: name, isOwn });
    }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function isGoldenName(name: string): boolean {
  const file = name.slice(name.lastIndexOf("/") + 1);
  return !file.startsWith(".") && !file.toLowerCase().endsWith(".md");
}

function firstLineOf(path: string): string {
  const buffer = Buffer.alloc(HEAD);
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
    return buffer.toString("utf8", 0, readSync(fd, buffer, 0, HEAD, 0)).split(/\r?\n/, 1)[0]!;
  } catch {
    return ""; // what cannot be read is none of ours to delete
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
