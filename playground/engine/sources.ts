import { sourceFromText, type Source } from "../../lib/index.js";
import type { InputFile } from "./protocol.js";

/** Sources in the order of their names, as every question wants them. */
export function sourcesOf(files: readonly InputFile[]): Source[] {
  return [...files]
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ name, text }) => sourceFromText(name, text));
}
