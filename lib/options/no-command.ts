/** What is said of a command line that names no command. */
import { COMMANDS } from "./commands/index.js";
import { STDIN_WORD, type Parsed } from "./parse-values.js";
import { GLOBAL_OPTIONS } from "./shared.js";
import { unknownWord, UsageError } from "./usage-error.js";

/** No command was named, or none that there is. */
export function noCommand({ _: words, ...options }: Parsed): UsageError {
  const names = COMMANDS.map(({ name }) => name);
  const typed = Array.isArray(words) ? (words as unknown[]).map(String)[0] : undefined;
  if (typed === undefined) {
    const option = Object.keys(options).find(
      (key) => key !== "$0" && !GLOBAL_OPTIONS[key as keyof typeof GLOBAL_OPTIONS],
    );
    const found = option === undefined ? "" : `, before ${option.length === 1 ? "-" : "--"}${option}`;
    return new UsageError(`name a command${found}`, `commands: ${names.join(", ")}`);
  }
  const word = typed === STDIN_WORD ? "-" : typed;
  return unknownWord(`${word}: there is no such command`, word, names, `commands: ${names.join(", ")}`);
}
