/** The terminal that this process has. */
import { basename } from "node:path";
import { makeFdWriter } from "./io/fd-writer.js";
import { makeStdoutWriter } from "./io/stdout-writer.js";
import type { Terminal } from "./terminal.js";

export function processTerminal(): Terminal {
  const writeError = makeFdWriter(2);
  return {
    write: makeStdoutWriter(),
    warn(text) {
      try {
        writeError(text);
      } catch {
        // A full disk or a closed descriptor: there is nowhere left to say so, and the exit status still tells.
      }
    },
    env: process.env,
    cwd: process.cwd(),
    programName: basename(process.argv[1] ?? "").startsWith("kubectl-svcrules") ? "kubectl svcrules" : "svcrules",
    stdoutIsTerminal: process.stdout.isTTY === true,
    stderrIsTerminal: process.stderr.isTTY === true,
    columns: process.stdout.columns ?? 80,
    stdin: 0,
  };
}
