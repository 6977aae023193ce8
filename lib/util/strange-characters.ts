/** Characters that look like a space or a dash, or like nothing, and are none: text from web pages and documents has them. */
const NAMES: Readonly<Record<string, string>> = {
  "\u00a0": "a no-break space",
  "\u00ad": "a soft hyphen",
  "\u200b": "a space without width",
  "\u200c": "a joiner without width",
  "\u200d": "a joiner without width",
  "\u200e": "a direction mark",
  "\u200f": "a direction mark",
  "\u2013": "a long dash",
  "\u2014": "a long dash",
  "\u202f": "a narrow no-break space",
  "\u2060": "a joiner without width",
  "\u201c": "a typographic quote",
  "\u201d": "a typographic quote",
  "\u2018": "a typographic quote",
  "\u2019": "a typographic quote",
  "\ufeff": "a byte-order mark",
};

/** A sentence on the first such character of a text; undefined where it has none. */
export function strangeCharacterNote(text: string): string | undefined {
  for (const character of text) {
    const name = NAMES[character];
    if (name === undefined) continue;
    const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
    return `${name} (U+${code}) stands there, as in text copied from a page: type it anew`;
  }
  return undefined;
}
