/**
 * The program behind main.ts. Where the build left V8's code cache for this very Node (scripts/make-code-cache.mjs) the
 * program is one script, and starts in three quarters of the time that its modules take one by one.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { constants, Script } from "node:vm";
import type { run } from "./run.js";
import { V8_FLAGS } from "./v8-flags.js";

type Run = typeof run;
type ProgramScript = (require: NodeJS.Require, exports: { run?: Run }, url: string) => void;

/** `folder`: URL of the built files. */
export async function loadRun(folder: URL): Promise<Run> {
  return runFromScript(folder) ?? (await import("./run.js")).run;
}

function runFromScript(folder: URL): Run | undefined {
  const url = new URL("run-script.js", folder);
  const filename = fileURLToPath(url);
  let cachedData: Buffer;
  let source: string;
  try {
    cachedData = readFileSync(`${filename}.${process.versions.v8}-${process.arch}.cache`);
    // The build writes ASCII.
    source = readFileSync(filename, "latin1");
  } catch {
    // Not built, or built by another Node.
    return undefined;
  }
  // The Node that the cache was made by knows the flags.
  for (const flag of V8_FLAGS) setFlagsFromString(flag);
  // A cache that V8 refuses (another flag is set) costs time, nothing else.
  const script = new Script(source, {
    filename,
    cachedData,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const exports: { run?: Run } = {};
  (script.runInThisContext() as ProgramScript)(createRequire(url), exports, url.href);
  return exports.run;
}
