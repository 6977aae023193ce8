/** Classes of characters as kubectl's parser has them: YAML 1.1, where NEL, LS and PS end a line, too. */

export const NEWLINE = 10;
const RETURN = 13;

/** True at a line end; NaN, the end of the text, is none. */
export function isBreak(c: number): boolean {
  return c === NEWLINE || c === RETURN || c === 0x85 || c === 0x2028 || c === 0x2029;
}

/** True for a space or a tab. */
export function isBlank(c: number): boolean {
  return c === 32 || c === 9;
}

/** True at a space, a tab, a line end and the end of the text. */
export function isSpaceOrEnd(c: number): boolean {
  return isBlank(c) || isBreak(c) || Number.isNaN(c);
}

/** The index after the line end at `at`: "\r\n" is one. */
export function afterBreak(text: string, at: number): number {
  return text.charCodeAt(at) === RETURN && text.charCodeAt(at + 1) === NEWLINE ? at + 2 : at + 1;
}

/** What a line end is in a value: LS and PS stay themselves. */
export function breakText(c: number): string {
  return c === 0x2028 || c === 0x2029 ? String.fromCharCode(c) : "\n";
}
