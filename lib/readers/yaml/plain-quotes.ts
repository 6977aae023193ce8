/** Quoted scalars on one line, for the fast parser. */

const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;
const BACKSLASH = 92;

/** An escape that does not mean the same in JSON, or is none there. */
const NO_JSON_ESCAPE = /\\(?!["\\/bfnrt]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4})/;

/** Where the quote at `at` is closed before `end`, or -1. */
export function closingQuote(text: string, at: number, end: number): number {
  const quote = text.charCodeAt(at);
  for (let close = at + 1; close < end; close++) {
    const c = text.charCodeAt(close);
    if (c === BACKSLASH ? quote === DOUBLE_QUOTE : isDoubled(text, close, quote)) close++;
    else if (c === quote) return close;
  }
  return -1;
}

/** A single quote that stands for itself: two of them. */
function isDoubled(text: string, at: number, quote: number): boolean {
  return quote === SINGLE_QUOTE && text.charCodeAt(at) === quote && text.charCodeAt(at + 1) === quote;
}

/** What stands between two quotes of that kind; undefined where an escape is not as in JSON. */
export function unquote(quote: number, inside: string): string | undefined {
  if (quote === SINGLE_QUOTE) return inside.includes("''") ? inside.replaceAll("''", "'") : inside;
  if (!inside.includes("\\")) return inside;
  // Pairs of backslashes first: the second of a pair begins no escape.
  return NO_JSON_ESCAPE.test(inside.replaceAll("\\\\", "")) ? undefined : (JSON.parse(`"${inside}"`) as string);
}
