/** What a terminal was told in the recording of a session, as script(1) makes it. */

/**
 * A shell sets the window's title and the terminal's mode in front of its prompt; elsewhere a code may be a name's. A line
 * starts behind each CR, too, so that those in front of a code need not be matched, which took quadratic time.
 */
const AT_START = /^(?:\u001b(?:\]|\[\?|\[[\d;]*m)|Script started on )/m;
/** A colour as grep begins it, in the middle of a line. */
const BY_GREP = "m\u001b[K";
const CODE =
  // Of windows' titles, of colours and modes, of character sets and keypads.
  /\u001b\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)|\u001b\[[0-?]*[ -/]*[@-~]|\u001b[()][A-Z0-9]|\u001b[=>78]/g;

export function hasTerminalCodes(text: string): boolean {
  return AT_START.test(text) || text.includes(BY_GREP);
}

/** The text without them, and without what moves to the start of a line. */
export function withoutTerminalCodes(text: string): string {
  return text.replace(CODE, "").replace(/^\r+(?!\n)|\r+(?=\n)/gm, "");
}
