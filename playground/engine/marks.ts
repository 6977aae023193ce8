import type { Diagnostic, Span } from "../../lib/index.js";
import type { Mark } from "./protocol.js";

const decoder = new TextDecoder();

function charactersUpTo({ source }: Span, offset: number): number {
  return decoder.decode(source.read(0, offset)).length;
}

/** Longer than any field's name or value that is worth replacing. */
const LONGEST_WORD = 200;

/** Diagnostics as the editor marks them: byte spans become characters of the text. */
export function marksOf(diagnostics: readonly Diagnostic[]): Mark[] {
  return diagnostics.map((diagnostic): Mark => {
    const { code, severity, message, at } = diagnostic;
    const base = { code, severity, message, notes: diagnostic.notes ?? [] };
    if (at === undefined) return base;
    if ("file" in at) return { ...base, file: at.file, line: at.line };
    const { source, start, end } = "origin" in at ? { ...at.origin, source: at.origin.source } : at;
    const from = charactersUpTo({ source, start, end }, start);
    const marked = decoder.decode(source.read(start, Math.min(end, start + LONGEST_WORD)));
    const replacement = replacementFor(base.notes, marked);
    return {
      ...base,
      file: source.name,
      from,
      to: charactersUpTo({ source, start, end }, end),
      ...(replacement !== undefined && { replacement }),
    };
  });
}

/** The word of "did you mean WORD?", where the marked text is one word too. */
function replacementFor(notes: readonly string[], marked: string): string | undefined {
  if (!/^["']?[\w./-]+["']?$/.test(marked)) return undefined;
  for (const note of notes) {
    const word = /did you mean "?([\w./-]+)"?\?/.exec(note)?.[1];
    if (word !== undefined) return /^["']/.test(marked) ? `${marked[0]}${word}${marked[0]}` : word;
  }
  return undefined;
}
