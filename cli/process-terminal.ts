/** The terminal that this process has. */
import { fstatSync, statSync } from "node:fs";
import { basename } from "node:path";
import { makeFdWriter } from "./io/fd-writer.js";
import { makeStdoutWriter } from "./io/stdout-writer.js";
import { COMPLETE_KUBECTL } from "./completion-words.js";
import type { Terminal } from "./terminal.js";

/** kubectl asks a program of this name what may follow, with the words of the line. */
const KUBECTL_COMPLETION = "kubectl_complete-svcrules";

function calledAs(name: string): boolean {
  return basename(process.argv[1] ?? "").startsWith(name);
}

/** The words of the command line, whatever name the program was called by. */
export function processArguments(): string[] {
  const words = process.argv.slice(2);
  return calledAs(KUBECTL_COMPLETION) ? [COMPLETE_KUBECTL, ...words] : words;
}

/** False for files, pipes and /dev/null; process.stdout and process.stderr, which tell, load all of Node's streams. */
function mayBeTerminal(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    return stat.isCharacterDevice() && stat.rdev !== statSync("/dev/null").rdev;
  } catch {
    return true;
  }
}

export function processTerminal(): Terminal {
  const writeError = makeFdWriter(2);
  const stdout = mayBeTerminal(1) ? process.stdout : undefined;
  const stderr = mayBeTerminal(2) ? process.stderr : undefined;
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
    programName: calledAs("kubectl-svcrules") ? "kubectl svcrules" : "svcrules",
    stdoutIsTerminal: stdout?.isTTY === true,
    stderrIsTerminal: stderr?.isTTY === true,
    columns: stdout?.columns || 80,
    stdin: 0,
  };
}
