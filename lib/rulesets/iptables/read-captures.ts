/** Text of iptables tools, in any of their forms and mixed, as captured tables. */
import type { Source } from "../../source/source.js";
import type { Captures } from "./capture.js";
import { CaptureBuilder } from "./capture-builder.js";
import { cleanCapture } from "../capture-text/clean-capture.js";
import { textsOf } from "../../source/texts-of.js";

/**
 * Reads `iptables-save` (also -c and legacy), `iptables -S`, `iptables -nvL` / `-vnxL` and their ip6tables twins,
 * iptables 1.8.0 to 1.8.11, from any number of files.
 * Lines of other tools are passed over; a line that cannot be read is a diagnostic, and reading goes on.
 * `toRead` picks, of whole lines, those to be read.
 */
export function readCaptures(sources: readonly Source[], toRead: (text: string) => string = (text) => text): Captures {
  const builder = new CaptureBuilder();
  for (const source of sources) {
    const { source: clean, notes, refusal } = cleanCapture(source);
    builder.startFile(source.name, clean.leftOut, clean.size);
    builder.note(notes);
    if (refusal) {
      builder.refuseFile(refusal);
      continue;
    }
    let endsWithNewline = true;
    for (const piece of textsOf(clean)) {
      const text = toRead(piece);
      if (text === "") continue;
      builder.addText(text);
      endsWithNewline = text.endsWith("\n");
    }
    builder.endFile(endsWithNewline);
  }
  return builder.finish();
}
