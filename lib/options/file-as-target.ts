/** A file given where a name is to come first. */
import { printable } from "../util/printable.js";
import { UsageError } from "./usage-error.js";

const OBJECTS_FILE = /\.(?:ya?ml|json)$/i;

const MEANT = {
  explain: { what: "TARGET, the Service, address, pod or chain that is meant", example: "shop/web" },
  dns: { what: "NAME, the name that is asked for", example: "web.shop" },
} as const;

/** Refuses a first word that is called as a file with objects: one that is there, or where nothing else is given to be read. */
export function refuseFileAsTarget(
  command: keyof typeof MEANT,
  word: string,
  inputs: readonly string[],
  isThere: (path: string) => boolean,
): void {
  if (!OBJECTS_FILE.test(word) || (inputs.length > 0 && !isThere(word))) return;
  const { what, example } = MEANT[command];
  const file = printable(word);
  throw new UsageError(
    `${file}: the first word is ${what}${isThere(word) ? ", and this is a file" : "; there is no such file either"}`,
    `name the file behind -f: svcrules ${command} ${example} -f ${/^[\w./:@%+=,-]+$/.test(word) ? word : "FILE"}`,
  );
}
