// Which files of a built library one of them comes to: it imports them, or what it imports does.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const RELATIVE = /\b(?:from|import)\s*\(?\s*"(\.[^"]+)\.js"/g;

/** `ending` of all files: ".js", or ".d.ts", where a type imports "./a.js" for "./a.d.ts". */
export function reachedFiles(first, ending) {
  const reached = new Set([first]);
  for (const path of reached)
    for (const [, target] of readFileSync(path, "utf8").matchAll(RELATIVE))
      reached.add(join(dirname(path), `${target}${ending}`));
  return [...reached];
}
