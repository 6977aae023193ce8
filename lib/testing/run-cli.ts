/** Runs the command line in this process, with a terminal of its own. */
import { fileURLToPath } from "node:url";
import type { run } from "../../cli/run.js";
import type { Terminal } from "../../cli/terminal.js";

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The sources as one module, outside of those that Jest loads for each test file (scripts/jest-program.mjs). */
declare const importProgram: () => Promise<{ readonly run: typeof run }>;
declare const globalOutside: typeof globalThis;

/** The globals of the command line that is run. */
export const outside = globalOutside;

export interface CliOutcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What `svcrules ARGV..` prints and its exit code; `more` replaces parts of the terminal (cwd: the repository's root). */
export async function runCli(
  argv: readonly string[],
  more: Partial<Terminal> = {},
  version = "0.0.0",
): Promise<CliOutcome> {
  const out: string[] = [];
  let err = "";
  const program = await importProgram();
  const code = await program.run(
    argv,
    {
      write: (text) => {
        out.push(typeof text === "string" ? text : Buffer.from(text).toString("utf8"));
        return true;
      },
      warn: (text) => void (err += text),
      env: {},
      cwd: ROOT,
      programName: "svcrules",
      stdoutIsTerminal: false,
      stderrIsTerminal: false,
      columns: 80,
      stdin: 0,
      ...more,
    },
    version,
  );
  return { code, out: out.join(""), err };
}
