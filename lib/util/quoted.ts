const LONGEST = 60;

/** Whether a character could disturb a terminal or a reader: controls, DEL, C1, line separators, bidirectional marks. */
function disturbs(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code < 0xa0) ||
    code === 0x2028 ||
    code === 0x2029 ||
    (code >= 0x200e && code <= 0x200f) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069) ||
    code === 0xfeff
  );
}

/** A text of the user for a message: in double quotes, control characters as \uXXXX, cut after 60 characters. */
export function quoted(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text;
  let out = "";
  for (const char of JSON.stringify(cut)) {
    const code = char.codePointAt(0)!;
    out += disturbs(code) ? `\\u${code.toString(16).padStart(4, "0")}` : char;
  }
  return out;
}
