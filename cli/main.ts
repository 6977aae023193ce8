#!/usr/bin/env node
/** Arguments in, exit code out; the one place that touches process. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { makeFdWriter } from "./io/fd-writer.js";
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

const warn = makeFdWriter(2);
const terminal: Terminal = {
  write: makeFdWriter(1),
  warn: (text) => void warn(text),
  env: process.env,
  cwd: process.cwd(),
  programName: basename(process.argv[1] ?? "").startsWith("kubectl-svcrules") ? "kubectl svcrules" : "svcrules",
  stdoutIsTerminal: process.stdout.isTTY === true,
  stderrIsTerminal: process.stderr.isTTY === true,
  columns: process.stdout.columns ?? 80,
  stdin: 0,
};

const argv = process.argv.slice(2);
if (argv.length === 1 && argv[0] === "--version") {
  terminal.write(`${readVersion()}\n`);
} else {
  const run = await loadRun(new URL(".", import.meta.url));
  process.exitCode = await run(argv, terminal, readVersion());
}
