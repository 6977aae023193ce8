/** nft's text cut into words, with a reader that walks them. */

/** A quoted word starts with this character, which no unquoted word does; its closing quote is cut off. */
export const QUOTE = '"';

export interface Words {
  readonly words: string[];
  /** Open braces that are not closed yet. */
  depth: number;
  /** A quoted word that is not closed before the end of the line. */
  openQuote: boolean;
  /** Of a trailing `# handle N`. */
  handle: number | undefined;
}

export function emptyWords(): Words {
  return { words: [], depth: 0, openQuote: false, handle: undefined };
}

export function clearWords(words: Words): void {
  words.words.length = 0;
  words.depth = 0;
  words.openQuote = false;
  words.handle = undefined;
}

const HANDLE = "# handle ";

/** Appends the words of one line. `{`, `}`, `,` and `;` are words of their own; `#` ends the line. */
export function addWords(into: Words, line: string): void {
  const { words } = into;
  const end = line.length;
  let i = 0;
  while (i < end) {
    const c = line.charCodeAt(i);
    if (c === 32 || c === 9 || c === 13) {
      i++;
    } else if (c === 34) {
      let close = line.indexOf(QUOTE, i + 1);
      if (close < 0) {
        close = end;
        into.openQuote = true;
      }
      words.push(line.slice(i, close));
      i = close + 1;
    } else if (c === 35) {
      if (line.startsWith(HANDLE, i)) into.handle = leadingNumber(line, i + HANDLE.length);
      return;
    } else if (c === 123 || c === 125 || c === 44 || c === 59) {
      if (c === 123) into.depth++;
      else if (c === 125) into.depth--;
      words.push(c === 123 ? "{" : c === 125 ? "}" : c === 44 ? "," : ";");
      i++;
    } else {
      const from = i++;
      while (i < end && !endsWord(line.charCodeAt(i))) i++;
      words.push(line.slice(from, i));
    }
  }
}

function endsWord(c: number): boolean {
  return c === 32 || c === 9 || c === 44 || c === 59 || c === 123 || c === 125 || c === 13 || c === 34;
}

function leadingNumber(line: string, from: number): number | undefined {
  let i = from;
  while (i < line.length && line.charCodeAt(i) >= 48 && line.charCodeAt(i) <= 57) i++;
  return i > from && i - from < 16 ? Number(line.slice(from, i)) : undefined;
}

/** Walks words; every `take` moves on only when it finds what it looks for. */
export class WordReader {
  at = 0;
  readonly #words: readonly string[];
  readonly end: number;

  constructor(words: readonly string[], from = 0, to = words.length) {
    this.#words = words;
    this.at = from;
    this.end = to;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  /** The word `ahead` places on, "" past the end. */
  peek(ahead = 0): string {
    return this.at + ahead < this.end ? this.#words[this.at + ahead]! : "";
  }

  next(): string {
    return this.at < this.end ? this.#words[this.at++]! : "";
  }

  take(word: string): boolean {
    if (this.at >= this.end || this.#words[this.at] !== word) return false;
    this.at++;
    return true;
  }

  /** The next word as text without quotes; undefined for punctuation and at the end. */
  takeText(): string | undefined {
    const word = this.peek();
    if (word === "" || word === "{" || word === "}" || word === "," || word === ";" || word === ":") return undefined;
    this.at++;
    return unquote(word);
  }

  /** A number in decimal or "0x" form. */
  takeNumber(): number | undefined {
    const n = readNumber(this.peek());
    if (n !== undefined) this.at++;
    return n;
  }
}

export function unquote(word: string): string {
  return word.charCodeAt(0) === 34 ? word.slice(1) : word;
}

/** Reads a whole number of at most 32 bits (or a decimal of up to 15 digits). */
export function readNumber(word: string): number | undefined {
  const first = word.charCodeAt(0);
  if (!(first >= 48 && first <= 57) || word.length > 15) return undefined;
  const n = Number(word);
  return Number.isInteger(n) ? n : undefined;
}
