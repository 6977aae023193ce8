/**
 * The program behind main.ts: two scripts (scripts/program-parts.mjs), each started with the code that V8 made of it before
 * (code-cache.ts), which takes two fifths less processor time than without (docs/performance.md). The second one is loaded
 * once something of it is asked for.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { openCodeCache, type CodeCache } from "./code-cache.js";
import type * as program from "./program.js";
import { v8Flags } from "./v8-flags.js";

type Program = typeof program;
/** A module that is imported while the program runs, by the path of its source; `start`: of one in the first script. */
type LoadModule = (path: string, start?: () => unknown) => unknown;
interface Exports extends Program {
  /** Of the first script: what the second one uses of it. */
  readonly shared: () => unknown;
  /** Of the second script. */
  readonly modules: Readonly<Record<string, () => unknown>>;
}
type ScriptFunction = (
  require: NodeJS.Require,
  exports: Partial<Exports>,
  url: string,
  later: LoadModule,
  shared?: unknown,
) => void;

export interface LoadedProgram {
  readonly program: Program;
  /** Keeps the code that has been compiled by now. To be called once the work is done; `inputs`: which kinds it was done on. */
  readonly keepCode: (inputs: readonly string[]) => void;
}

/** `folder`: URL of the built files. */
export function loadProgram(folder: URL): LoadedProgram {
  for (const flag of v8Flags(process.versions.node)) process.getBuiltinModule("node:v8").setFlagsFromString(flag);
  const loaded: { readonly script: Script; readonly cache: CodeCache }[] = [];
  let modules: Exports["modules"] | undefined;
  const asked = new Set<string>();
  const load = (name: string, shared?: unknown): Exports => {
    const url = new URL(name, folder);
    const filename = fileURLToPath(url);
    const cache = openCodeCache(filename, process.env);
    // The build writes ASCII. Code that V8 refuses, for other flags say, costs time, nothing else.
    const script = new Script(readFileSync(filename, "latin1"), { filename, cachedData: cache.data });
    loaded.push({ script, cache });
    const exports: Partial<Exports> = {};
    (script.runInThisContext() as ScriptFunction)(require, exports, url.href, later, shared);
    return exports as Exports;
  };
  const later: LoadModule = (path, start) => {
    asked.add(path);
    if (start) return start();
    modules ??= load("rest-script.js", first.shared()).modules;
    return modules[path]!();
  };
  const first = load("run-script.js");
  return {
    program: first,
    keepCode(inputs) {
      for (const { script, cache } of loaded) cache.keep(script, [...asked, ...inputs]);
    },
  };
}
