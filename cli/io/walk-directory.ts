/** The files of a directory tree, in sorted order. */
import { readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";

export interface FoundFile {
  /** As shown: the directory as the user named it, then the way down. */
  readonly name: string;
  readonly path: string;
  readonly size: number;
}

export interface Walk {
  readonly files: FoundFile[];
  readonly failures: { readonly name: string; readonly reason: string }[];
}

/**
 * Regular files for which `wanted` holds, links to them included. Hidden directories and node_modules are passed over,
 * a directory reached twice through links is entered once.
 */
export function walkDirectory(name: string, path: string, wanted: (name: string) => boolean): Walk {
  const walk: Walk = { files: [], failures: [] };
  const entered = new Set<string>();

  function enter(directoryName: string, directoryPath: string): void {
    let entries: string[];
    try {
      const real = realpathSync(directoryPath);
      if (entered.has(real)) return;
      entered.add(real);
      entries = readdirSync(directoryPath).sort();
    } catch (error) {
      walk.failures.push({ name: directoryName, reason: reasonOf(error) });
      return;
    }
    for (const entry of entries) visit(joinName(directoryName, entry), join(directoryPath, entry), entry);
  }

  function visit(entryName: string, entryPath: string, entry: string): void {
    let stat;
    try {
      stat = statSync(entryPath);
    } catch (error) {
      // A link to nowhere or a file that is gone by now; said when it would have been read.
      if (wanted(entryName)) walk.failures.push({ name: entryName, reason: reasonOf(error) });
      return;
    }
    if (stat.isDirectory()) {
      if (!entry.startsWith(".") && entry !== "node_modules") enter(entryName, entryPath);
    } else if (stat.isFile() && wanted(entryName))
      walk.files.push({ name: entryName, path: entryPath, size: stat.size });
  }

  enter(name, path);
  return walk;
}

function joinName(directory: string, entry: string): string {
  return directory.endsWith("/") ? directory + entry : `${directory}/${entry}`;
}

/** What the system says, in plain words. */
export function reasonOf(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case "ENOENT":
      return "it does not exist";
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "ELOOP":
      return "its symbolic links form a loop";
    case "ENOTDIR":
      return "a part of the path is not a directory";
    case "EISDIR":
      return "it is a directory";
    case "EBADF":
      return "it is closed";
    case "ENOSPC":
      return "no space is left on the device";
    case "EDQUOT":
      return "the disk quota is used up";
    case "EROFS":
      return "the file system is read-only";
    case "ENAMETOOLONG":
      return "the name is too long";
    case "EFBIG":
      return "the file is too large for the file system";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
