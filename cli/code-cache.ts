/**
 * What V8 compiled of the program's scripts in earlier runs: beside each script, made by the build for its own Node, else in
 * the user's cache folder, made by the first runs of each kind. Node's own compile cache was measured to take longer.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Script } from "node:vm";

/** Digest of the scripts, put in by the build: V8 itself compares no more than its length. */
declare const PROGRAM_DIGEST: string;

/** Of code that has not been written anew for this long. */
const OLD_MILLISECONDS = 30 * 24 * 3600 * 1000;
/** What has run so far stands before the code, padded to this. */
const HEADER_BYTES = 4096;

type Environment = Readonly<Record<string, string | undefined>>;

export interface CodeCache {
  readonly data?: Buffer;
  /** Keeps the code anew where something has run that had not before; `ran`: modules that were asked for, kinds of input. */
  readonly keep: (script: Script, ran: readonly string[]) => void;
}

const NOT_KEPT = () => {};

/** `script`: path of the script. Never throws: a cache that cannot be read or written is none. */
export function openCodeCache(script: string, env: Environment): CodeCache {
  const built = readCache(`${script}.${process.versions.v8}-${process.arch}.cache`);
  if (built) return { data: built, keep: NOT_KEPT };
  const folder = cacheFolder(env);
  if (folder === undefined) return { keep: NOT_KEPT };
  const file = join(
    folder,
    `${PROGRAM_DIGEST}-${basename(script, ".js")}-${process.versions.v8}-${process.arch}.cache`,
  );
  const found = ownFile(file) ? readCache(file) : undefined;
  const before = found ? found.toString("latin1", 0, HEADER_BYTES).trim().split(" ") : [];
  return {
    data: found?.subarray(HEADER_BYTES),
    keep(script, ran) {
      // What V8 refused is compiled again by now, and replaced.
      const known = new Set(script.cachedDataRejected === true ? [] : before);
      if (!ran.every((name) => known.has(name)))
        tryTo(() => writeCache(file, [...new Set([...known, ...ran])], script));
    },
  };
}

function readCache(file: string): Buffer | undefined {
  return tryTo(() => readFileSync(file));
}

/** Undefined where there is none, where it is not the user's (sudo keeps HOME), or where Node is told to keep no code. */
function cacheFolder(env: Environment): string | undefined {
  if (env["NODE_DISABLE_COMPILE_CACHE"]) return undefined;
  const { XDG_CACHE_HOME: caches, HOME: home } = env;
  const owned = caches?.startsWith("/") ? caches : home?.startsWith("/") ? home : undefined;
  if (owned === undefined || !ownFile(owned)) return undefined;
  return owned === caches ? join(caches, "svcrules") : join(owned, ".cache", "svcrules");
}

/** Code of others is not run. */
function ownFile(path: string): boolean {
  return tryTo(() => statSync(path).uid === process.getuid?.()) === true;
}

function writeCache(file: string, ran: readonly string[], script: Script): void {
  const header = ran.join(" ").padEnd(HEADER_BYTES);
  if (header.length > HEADER_BYTES) return;
  const folder = dirname(file);
  // One after the other: Node's own way never ends where there can be none, as in /proc.
  for (const path of [dirname(folder), folder]) tryTo(() => mkdirSync(path, { mode: 0o700 }));
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, Buffer.concat([Buffer.from(header, "latin1"), script.createCachedData()]), {
      mode: 0o600,
    });
    renameSync(temporary, file);
  } catch {
    rmSync(temporary, { force: true });
  }
  for (const name of readdirSync(folder))
    if (Date.now() - statSync(join(folder, name)).mtimeMs > OLD_MILLISECONDS) rmSync(join(folder, name));
}

function tryTo<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
