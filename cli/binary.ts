/** The command line within the single executable (scripts/build-binary.mjs), which needs no Node. */
import { processArguments, processTerminal } from "./process-terminal.js";
import { run } from "./run.js";

/** Put in by the build. */
declare const VERSION: string;

// As in main.ts.
process.exitCode = 3;
void run(processArguments(), processTerminal(), VERSION).then((code) => (process.exitCode = code));
