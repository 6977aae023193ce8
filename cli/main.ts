#!/usr/bin/env node
/** Arguments in, exit code out. */
import { readFileSync } from "node:fs";
import { loadProgram } from "./load-program.js";
import { processArguments, processTerminal } from "./process-terminal.js";
import type { Terminal } from "./terminal.js";

/** The version in package.json. */
function readVersion(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** Without the program, which takes longer to load. */
function printVersion({ write, warn, programName }: Terminal, version: string): 0 | 2 {
  try {
    write(`${version}\n`);
    return 0;
  } catch (error) {
    warn(`${programName}: cannot write to stdout: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}

const argv = processArguments();
const terminal = processTerminal();
if (argv.length === 1 && argv[0] === "--version") process.exitCode = printVersion(terminal, readVersion());
else {
  const { program, keepCode } = loadProgram(new URL(".", import.meta.url));
  process.exitCode = await program.run(argv, terminal, readVersion());
  keepCode(/^[a-z]+$/.exec(argv[0] ?? "")?.[0] ?? "help");
}
