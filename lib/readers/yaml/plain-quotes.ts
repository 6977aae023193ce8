/** Quoted scalars on one line, for the fast parser. */

const DOUBLE_QUOTE = 34;
const BACKSLASH = 92;

/** An escape that does not mean the same in JSON, or is none there. */
const NO_JSON_ESCAPE = /\\(?!["\\/bfnrt]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4})/;

/** Where the quote at `at` is closed before `end`, or -1. */
export function closingQuote(text: string, at: number, end: number): number {
  const quote = text.charCodeAt(at);
  for (let close = at + 1; close < end; close++) {
    const c = text.charCodeAt(close);
    if (c === quote) return close;
    if (c === BACKSLASH && quote === DOUBLE_QUOTE) close++;
  }
  return -1;
}

/** What stands between two quotes of that kind; undefined where an escape is not as in JSON. */
export function unquote(quote: number, inside: string): string | undefined {
  if (quote !== DOUBLE_QUOTE || !inside.includes("\\")) return inside;
  // Pairs of backslashes first: the second of a pair begins no escape.
  return NO_JSON_ESCAPE.test(inside.replaceAll("\\\\", "")) ? undefined : (JSON.parse(`"${inside}"`) as string);
}
