/** A file in the place of objects that holds only why there are none. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { refusalOf } from "../rulesets/capture-text/refusal.js";
import type { Source } from "../source/source.js";

/** What says why is a few lines. */
const LONGEST = 4096;
/** Nothing is lost where there is nothing. */
const NOTHING_THERE = /^Error from server \(NotFound\)|the server doesn't have a resource type|^No resources found/;
const OF_KUBECTL = /^(?:Error from server|[Ee]rror: |Unable to connect|The connection to the server)/;

/** The first line where every line is what a tool says that gives nothing; undefined for any other text. */
function refusalIn({ size, read }: Source): string | undefined {
  if (size === 0 || size > LONGEST) return undefined;
  const lines = new TextDecoder()
    .decode(read(0, size))
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const isRefused = (line: string) => refusalOf(line) !== undefined || OF_KUBECTL.test(line);
  const told = lines.filter((line) => !NOTHING_THERE.test(line));
  return told.length > 0 && told.every(isRefused) ? told[0]! : undefined;
}

export function holdsRefusal(source: Source): boolean {
  return refusalIn(source) !== undefined;
}

/** Says that objects are missing, as far as the text of the file tells. */
export function objectsRefused(source: Source): Diagnostic | undefined {
  const line = refusalIn(source);
  if (line === undefined) return undefined;
  return {
    code: "objects-refused",
    severity: "error",
    message: `no objects, but what a tool said in their place: ${line.slice(0, 200)}`,
    at: { file: source.name },
    notes: ["get them again, or leave the file out"],
  };
}
