#!/usr/bin/env node
/** Arguments in, exit code out. */
import { existsSync, readFileSync } from "node:fs";
import { loadProgram } from "./load-program.js";
import { processArguments, processTerminal } from "./process-terminal.js";
import { WIDEST_HELP, type Terminal } from "./terminal.js";

/** Put in by the build. */
declare const VERSION: string;

/** The help as the build wrote it, for the two usual widths; undefined where the program has to make it. */
function readHelp({ programName, columns }: Terminal): string | undefined {
  const file = new URL(`help-${Math.min(columns, WIDEST_HELP)}.txt`, import.meta.url);
  return programName === "svcrules" && existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** What is answered without the program, which takes longer to load. */
function preparedAnswer(word: string, terminal: Terminal): string | undefined {
  if (word === "--version") return `${VERSION}\n`;
  return word === "--help" || word === "-h" ? readHelp(terminal) : undefined;
}

/** Whether there is an answer and it could be printed; the program knows the words for why not. */
function printPrepared(words: readonly string[]): boolean {
  if (words.length !== 1 || !words[0]!.startsWith("-")) return false;
  const terminal = processTerminal();
  const text = preparedAnswer(words[0]!, terminal);
  try {
    if (text !== undefined) terminal.write(text);
    return text !== undefined;
  } catch {
    return false;
  }
}

const argv = processArguments();
if (printPrepared(argv)) process.exitCode = 0;
else {
  const { program, keepCode } = loadProgram(new URL(".", import.meta.url));
  // A bug ends in code 3; so does work that never ends: once nothing is left to wait for, Node would call it a success.
  process.exitCode = 3;
  void program.run(argv, program.processTerminal(), VERSION).then((code) => {
    // What a folder or stdin holds is not told by its name.
    keepCode(argv.slice(1).map((word) => /\.(?:json|ya?ml)$/.exec(word)?.[0] ?? "other"));
    // All is written by now. Node ends by itself with a garbage collection and the taking down of its heap.
    process.exit(code);
  });
}
