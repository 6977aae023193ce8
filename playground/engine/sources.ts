import { markDumps, sourceFromText, type Source } from "../../lib/index.js";
import type { InputFile } from "./protocol.js";

/** Sources in the order of their names, as every question wants them; of a dump's it is said which kind of dump. */
export function sourcesOf(files: readonly InputFile[]): Source[] {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return markDumps(sorted.map(({ name, text }) => sourceFromText(name, text)));
}
