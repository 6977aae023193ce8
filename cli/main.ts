#!/usr/bin/env node
/** Arguments in, exit code out; the one place that touches process. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { makeFdWriter } from "./io/fd-writer.js";
import { makeStdoutWriter } from "./io/stdout-writer.js";
import { loadRun } from "./load-run.js";
import type { Terminal } from "./terminal.js";

/** The version in package.json, found from the built file (dist/cli) as well as from the source (cli). */
function readVersion(): string {
  for (const up of ["../../package.json", "../package.json"])
    try {
      return (JSON.parse(readFileSync(new URL(up, import.meta.url), "utf8")) as { version: string }).version;
    } catch {
      // not there: the other place
    }
  return "unknown";
}

const writeError = makeFdWriter(2);

/** Where stderr cannot be written there is nowhere left to say so. */
function warn(text: string): void {
  try {
    writeError(text);
  } catch {
    // A full disk or a closed descriptor: the exit status still tells.
  }
}

const terminal: Terminal = {
  write: makeStdoutWriter(),
  warn,
  env: process.env,
  cwd: process.cwd(),
  programName: basename(process.argv[1] ?? "").startsWith("kubectl-svcrules") ? "kubectl svcrules" : "svcrules",
  stdoutIsTerminal: process.stdout.isTTY === true,
  stderrIsTerminal: process.stderr.isTTY === true,
  columns: process.stdout.columns ?? 80,
  stdin: 0,
};

/** Without the program, which takes longer to load. */
function printVersion(_argv: readonly string[], { write, warn, programName }: Terminal, version: string): 0 | 2 {
  try {
    write(`${version}\n`);
    return 0;
  } catch (error) {
    warn(`${programName}: cannot write to stdout: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}

const argv = process.argv.slice(2);
const isVersion = argv.length === 1 && argv[0] === "--version";
const run = isVersion ? printVersion : await loadRun(new URL(".", import.meta.url));
process.exitCode = await run(argv, terminal, readVersion());
