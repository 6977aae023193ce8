/** Files that a test writes below a folder of its own, and what opening one as an input says. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openInputs } from "../../cli/io/open-inputs.js";

export interface WrittenInputs {
  /** The path of a new file. */
  readonly write: (name: string, bytes: string | Uint8Array) => string;
  /** Names of the sources in an input, the folder left out, and diagnostics as "severity message". */
  readonly messages: (
    input: string,
    maxInputBytes?: number,
  ) => Promise<{ readonly sources: readonly string[]; readonly said: readonly string[] }>;
  readonly remove: () => void;
}

export function createWrittenInputs(): WrittenInputs {
  const directory = mkdtempSync(join(tmpdir(), "svcrules-inputs-"));
  return {
    write(name, bytes) {
      writeFileSync(join(directory, name), bytes);
      return join(directory, name);
    },
    async messages(input, maxInputBytes) {
      const limits = maxInputBytes === undefined ? {} : { maxInputBytes };
      const { sources, diagnostics } = await openInputs([input], { cwd: "/", stdin: -1 }, limits);
      return {
        sources: sources.map(({ name }) => name.replace(`${directory}/`, "")),
        said: diagnostics.map((d) => `${d.severity} ${d.message}`),
      };
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
