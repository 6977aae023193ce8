/** Flags of a container's command line. */
import type { Container } from "../kube/types.js";

/** By name without dashes; "" for a flag without value is "true". Values with $(VARIABLES) are left out. */
export function flagsOf({ command = [], args = [] }: Container): Record<string, string> {
  const flags: [string, string][] = [];
  // A shell's script is one argument.
  const words = [...command, ...args].flatMap((word) => (/\s--/.test(word) ? word.split(/\s+/) : [word]));
  for (const [i, word] of words.entries()) {
    const m = /^--?([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(word);
    if (!m) continue;
    const next = words[i + 1];
    const value = m[2] ?? (next !== undefined && !next.startsWith("-") ? next : "true");
    if (!value.includes("$(")) flags.push([m[1]!, value.replace(/^(["'])(.*)\1$/s, "$2")]);
  }
  return Object.fromEntries(flags);
}
