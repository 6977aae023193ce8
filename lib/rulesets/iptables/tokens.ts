/** Words of an iptables command line. */

export interface Token {
  /** Without quotes and escapes. */
  readonly value: string;
  /** As written. */
  readonly raw: string;
}

const SPACE = 32;
const TAB = 9;
const DOUBLE = 34;
const SINGLE = 39;
const BACKSLASH = 92;

/** Splits a line at spaces; double quotes (with backslash) and single quotes hold words together. Undefined: a quote is open at the end. */
export function tokenize(line: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let i = 0;
  for (;;) {
    while (i < line.length && (line.charCodeAt(i) === SPACE || line.charCodeAt(i) === TAB)) i++;
    if (i >= line.length) return tokens;
    const start = i;
    let value = "";
    let plainFrom = i;
    for (; i < line.length; i++) {
      const c = line.charCodeAt(i);
      if (c === SPACE || c === TAB) break;
      if (c !== DOUBLE && c !== SINGLE) continue;
      const close = closingQuote(line, i, c);
      if (close < 0) return undefined;
      const inside = line.slice(i + 1, close);
      value += line.slice(plainFrom, i) + (c === DOUBLE ? inside.replace(/\\(.)/g, "$1") : inside);
      i = close;
      plainFrom = close + 1;
    }
    tokens.push({ value: value + line.slice(plainFrom, i), raw: line.slice(start, i) });
  }
}

function closingQuote(line: string, open: number, quote: number): number {
  for (let i = open + 1; i < line.length; i++) {
    const c = line.charCodeAt(i);
    if (c === BACKSLASH && quote === DOUBLE) i++;
    else if (c === quote) return i;
  }
  return -1;
}
