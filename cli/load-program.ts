/**
 * The program behind main.ts: one script, started with the code that V8 made of it before (code-cache.ts), which takes two
 * fifths less processor time than without (docs/performance.md).
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { openCodeCache } from "./code-cache.js";
import type * as program from "./program.js";
import { v8Flags } from "./v8-flags.js";

type Program = typeof program;
type ProgramScript = (require: NodeJS.Require, exports: Partial<Program>, url: string) => void;

export interface LoadedProgram {
  readonly program: Program;
  /** Keeps the code that has been compiled by now; `command`: what has run. To be called once the work is done. */
  readonly keepCode: (command: string) => void;
}

/** `folder`: URL of the built files. */
export function loadProgram(folder: URL): LoadedProgram {
  const url = new URL("run-script.js", folder);
  const filename = fileURLToPath(url);
  for (const flag of v8Flags(process.versions.node)) process.getBuiltinModule("node:v8").setFlagsFromString(flag);
  const cache = openCodeCache(filename, process.env);
  // The build writes ASCII. Code that V8 refuses, for other flags say, costs time, nothing else.
  const script = new Script(readFileSync(filename, "latin1"), { filename, cachedData: cache.data });
  const exports: Partial<Program> = {};
  (script.runInThisContext() as ProgramScript)(require, exports, url.href);
  return {
    program: exports as Program,
    keepCode: (command) => cache.keep(script, command),
  };
}
