/** The words of a command line as the request that a command's tables describe. */
import { nearest } from "../util/nearest.js";
import type { Command } from "./command.js";
import type { Option, OptionTable } from "./option.js";
import { parseValues, type Parsed } from "./parse-values.js";
import { UsageError } from "./usage-error.js";
import { rightWords } from "./words.js";

/** What yargs adds to the options. */
const OWN_KEYS: ReadonlySet<string> = new Set(["_", "$0", "--", "help", "h", "version"]);

/**
 * Values by name in camel case, as `RequestOf` types them. Throws a UsageError for what the tables do not allow.
 * `typed`: the words of the command line, so that mistakes are told in its spelling.
 */
export function readRequest(
  command: Command,
  parsed: Parsed,
  typed: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  const all = withWordsBehindDashes(command, parsed);
  refuseUnknownWords(command, all);
  refuseCombinations(command, all);
  return parseValues(all, command.options, command.positionals, typed);
}

/** Words behind "--" are arguments, however they begin; yargs leaves them beside the command's name. */
function withWordsBehindDashes({ positionals }: Command, parsed: Parsed): Parsed {
  const [name, ...words] = Array.isArray(parsed["_"]) ? (parsed["_"] as unknown[]) : [];
  if (words.length === 0) return parsed;
  const taken: Record<string, unknown> = {};
  for (const [positional, { isMany }] of Object.entries(positionals)) {
    const before = [parsed[positional] ?? []].flat();
    if (isMany) taken[positional] = [...before, ...words.splice(0)];
    else if (before.length === 0 && words.length > 0) taken[positional] = words.shift();
  }
  return { ...parsed, ...taken, _: [name, ...words] };
}

function refuseUnknownWords({ name, options, positionals }: Command, parsed: Parsed): void {
  const unknown = Object.keys(parsed).find(
    (key) => !OWN_KEYS.has(key) && !Object.hasOwn(options, key) && !Object.hasOwn(positionals, key),
  );
  if (unknown !== undefined) throw unknownOption(name, unknown, options);
  const [, tooMany] = Array.isArray(parsed["_"]) ? (parsed["_"] as unknown[]).map(String) : [];
  if (tooMany !== undefined) throw new UsageError(`${tooMany}: ${name} takes no further argument`, undefined, "");
}

function refuseCombinations({ conflicts = [], needs = [] }: Command, parsed: Parsed): void {
  for (const [one, other] of conflicts)
    if (parsed[one] !== undefined && parsed[other] !== undefined)
      throw new UsageError(`--${one} and --${other} do not go together`, "leave one of them out");
  for (const [one, other] of needs)
    if (parsed[one] !== undefined && parsed[other] === undefined)
      throw new UsageError(`--${one} goes with --${other}`, `name it too: --${other}`);
}

/** Commands that take captures among their inputs; those that are about objects take them with --on. */
const CAPTURES_ARE_INPUTS: ReadonlySet<string> = new Set(["diff", "extract", "anonymize"]);

function unknownOption(command: string, typed: string, options: OptionTable): UsageError {
  const written = typed.length === 1 ? `-${typed}` : `--${typed}`;
  if (typed === "on" && CAPTURES_ARE_INPUTS.has(command))
    return new UsageError(
      `${written}: ${command} has no such option`,
      `captures are inputs of ${command}: name them beside the objects, without --on`,
      "",
    );
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
