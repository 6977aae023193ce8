/** Text of iptables tools, in any of their forms and mixed, as captured tables. */
import type { Source } from "../../source/source.js";
import type { Captures } from "./capture.js";
import { CaptureBuilder } from "./capture-builder.js";
import { cleanCapture } from "../capture-text/clean-capture.js";
import { textsOf } from "../../source/texts-of.js";

interface ReadingOptions {
  /** Picks, of whole lines, those to be read. */
  readonly toRead?: (text: string) => string;
  /** Whether rules have their counters, where the text tells them; without them a large text takes a third of the memory. */
  readonly keepsCounters?: boolean;
}

/**
 * Reads `iptables-save` (also -c and legacy), `iptables -S`, `iptables -nvL` / `-vnxL` and their ip6tables twins,
 * iptables 1.8.0 to 1.8.11, from any number of files.
 * Lines of other tools are passed over; a line that cannot be read is a diagnostic, and reading goes on.
 */
export function readCaptures(sources: readonly Source[], options: ReadingOptions = {}): Captures {
  const { toRead = (text) => text, keepsCounters } = options;
  const builder = new CaptureBuilder(keepsCounters);
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
