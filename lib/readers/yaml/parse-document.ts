/** The value of one YAML document, with what is wrong in it. */
import type { Buffer } from "../../platform/bytes.js";
import { parseAnyYAML, type ParsedDocument } from "./parse-any.js";
import { NOT_PLAIN } from "./not-plain.js";
import { parsePlainYAML } from "./parse-plain.js";

/** The values of the text, mostly one; the last of equal keys wins, with a warning. `bytes`: those of the text. */
export function parseYAMLDocument(text: string, bytes?: Buffer): ParsedDocument {
  const plain = parsePlainYAML(text, bytes);
  if (plain !== NOT_PLAIN) return { values: [plain], warnings: [] };
  return parseAnyYAML(text);
}
