/** Words of a command line that no table knows. */
import { nearest } from "../../lib/index.js";
import { UsageError } from "../errors.js";
import type { Option, OptionTable, PositionalTable } from "./option.js";
import type { Parsed } from "./parse-values.js";
import { rightWords } from "./words.js";

/** What yargs adds to the options. */
const OWN_KEYS: ReadonlySet<string> = new Set(["_", "$0", "--", "help", "h", "version"]);

/** Throws a usage error for an option the command does not have, or a word too many. */
export function refuseUnknownWords(
  command: string,
  parsed: Parsed,
  options: OptionTable,
  positionals: PositionalTable,
): void {
  const unknown = Object.keys(parsed).find((key) => !OWN_KEYS.has(key) && !options[key] && !positionals[key]);
  if (unknown !== undefined) throw unknownOption(command, unknown, options);
  const [, tooMany] = Array.isArray(parsed["_"]) ? (parsed["_"] as unknown[]).map(String) : [];
  if (tooMany !== undefined) throw new UsageError(`${tooMany}: ${command} takes no further argument`, undefined, "");
}

function unknownOption(command: string, typed: string, options: OptionTable): UsageError {
  const written = typed.length === 1 ? `-${typed}` : `--${typed}`;
  const near = typed.length === 1 ? undefined : nearestOption(typed, options);
  return new UsageError(
    `${written}: ${command} has no such option`,
    near && `did you mean --${near[0]}?`,
    near ? rightWords(near[0], near[1]) : "",
  );
}

function nearestOption(typed: string, options: OptionTable): readonly [string, Option] | undefined {
  const byName = Object.entries(options).flatMap(([name, option]) =>
    [name, ...(option.aliases ?? [])].map((word) => [word, option] as const),
  );
  const plain = typed.replace(/^no-/, "");
  const near = nearest(
    plain,
    byName.map(([word]) => word),
  );
  return byName.find(([word]) => word === near);
}
