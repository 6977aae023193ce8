/** Reads the free text behind a rule of `iptables -L`, word by word. */
export interface WordReader {
  readonly text: string;
  /** Offset of what is not read yet. */
  at: number;
}

/** The next word without taking it; "" at the end. */
export function peekWord(words: WordReader): string {
  let start = words.at;
  while (words.text[start] === " ") start++;
  let end = start;
  while (end < words.text.length && words.text[end] !== " ") end++;
  return words.text.slice(start, end);
}

/** Takes the next word; "" at the end. */
export function takeWord(words: WordReader): string {
  while (words.text[words.at] === " ") words.at++;
  const start = words.at;
  while (words.at < words.text.length && words.text[words.at] !== " ") words.at++;
  return words.text.slice(start, words.at);
}

/** Takes the given words if they come next. */
export function takeWords(words: WordReader, ...expected: readonly string[]): boolean {
  const start = words.at;
  for (const word of expected)
    if (takeWord(words) !== word) {
      words.at = start;
      return false;
    }
  return true;
}

/** Whether only spaces are left. */
export function isAtEnd(words: WordReader): boolean {
  return peekWord(words) === "";
}
