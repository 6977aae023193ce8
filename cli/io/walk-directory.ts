/** The files of a directory tree, in sorted order. */
import { lstatSync, readdirSync, realpathSync, statSync, type Stats } from "node:fs";
import { join, sep } from "node:path";
import { isUtf8 } from "node:buffer";

export interface FoundFile {
  /** As shown: the directory as the user named it, then the way down. */
  readonly name: string;
  /** Bytes where the name on disk is no UTF-8. */
  readonly path: string | Buffer;
  readonly size: number;
}

export interface Walk {
  readonly files: FoundFile[];
  readonly failures: { readonly name: string; readonly reason: string }[];
  /** Links that lead out of the tree, by name, and were not followed. */
  readonly linksOut: string[];
}

export interface WalkOptions {
  /** Whether a file is meant, told by its name as shown. */
  readonly wanted: (name: string) => boolean;
  /** Links that lead out of the tree are followed as well. */
  readonly followLinks?: boolean;
}

/**
 * Regular files for which `wanted` holds, links to files and directories of the same tree included. Hidden directories
 * and node_modules are passed over, a directory reached twice through links is entered once.
 */
export function walkDirectory(name: string, path: string, options: WalkOptions): Walk {
  const walk: Walk = { files: [], failures: [], linksOut: [] };
  let root: string;
  try {
    root = realpathSync.native(path);
  } catch (error) {
    walk.failures.push({ name, reason: reasonOf(error) });
    return walk;
  }
  enter({ walk, options, root, entered: new Set() }, name, path);
  return walk;
}

interface Walker {
  readonly walk: Walk;
  readonly options: WalkOptions;
  /** The real path of the tree. */
  readonly root: string;
  /** Real paths of directories. */
  readonly entered: Set<string>;
}

function enter(walker: Walker, name: string, path: string | Buffer): void {
  let entries: Buffer[];
  try {
    const real = realpathSync.native(path, "buffer").toString("latin1");
    if (walker.entered.has(real)) return;
    walker.entered.add(real);
    entries = readdirSync(path, { encoding: "buffer" }).sort(Buffer.compare);
  } catch (error) {
    walker.walk.failures.push({ name, reason: reasonOf(error) });
    return;
  }
  for (const entry of entries) {
    const shown = shownName(entry);
    visit(walker, joinName(name, shown), joinPath(path, entry), shown);
  }
}

function visit(walker: Walker, name: string, path: string | Buffer, entry: string): void {
  const { walk, options } = walker;
  let stat: Stats;
  try {
    stat = statSync(path);
    if (!options.followLinks && leadsOut(walker, path)) {
      if (stat.isDirectory() ? isEntered(entry) : options.wanted(name)) walk.linksOut.push(name);
      return;
    }
  } catch (error) {
    // A link to nowhere or a file that is gone by now; said when it would have been read.
    if (options.wanted(name)) walk.failures.push({ name, reason: reasonOf(error) });
    return;
  }
  if (stat.isDirectory()) {
    if (isEntered(entry)) enter(walker, name, path);
  } else if (stat.isFile() && options.wanted(name)) walk.files.push({ name, path, size: stat.size });
}

function isEntered(directory: string): boolean {
  return !directory.startsWith(".") && directory !== "node_modules";
}

/** Only links are looked at: what is in a directory of the tree is in the tree. */
function leadsOut({ root }: Walker, path: string | Buffer): boolean {
  return lstatSync(path).isSymbolicLink() && !isInside(realpathSync.native(path), root);
}

export function isInside(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}

/** A name that is no UTF-8 with its other bytes spelled out, so that no two names look alike. */
function shownName(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  return bytes.toString("latin1").replace(/[\x80-\xff]/g, (c) => `\\x${c.charCodeAt(0).toString(16)}`);
}

function joinPath(directory: string | Buffer, entry: Buffer): string | Buffer {
  if (typeof directory === "string" && isUtf8(entry)) return join(directory, entry.toString("utf8"));
  return Buffer.concat([Buffer.from(directory), Buffer.from("/"), entry]);
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
