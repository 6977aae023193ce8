/** What is wrong with text that JSON.parse refused, and where. */
import { MAX_DEPTH } from "./scan-value.js";

export interface JSONError {
  /** In bytes from the start of the text. */
  readonly offset: number;
  readonly message: string;
}

const ESCAPES = new Set([...'"\\/bfnrt'].map((c) => c.charCodeAt(0)));

/** The first breach of JSON's grammar in the bytes of one value. */
export function findJSONError(bytes: Uint8Array): JSONError {
  let at = 0;
  let error: JSONError | undefined;
  const fail = (message: string, offset = at): false => {
    error ??= { offset, message };
    return false;
  };
  const space = () => {
    while (at < bytes.length && [0x20, 0x0a, 0x0d, 0x09].includes(bytes[at]!)) at++;
  };
  const found = () => (at >= bytes.length ? "the end of the text" : shownByte(bytes[at]!));

  function string(): boolean {
    const start = at++;
    for (; at < bytes.length; at++) {
      const c = bytes[at]!;
      if (c === 0x22) {
        at++;
        return true;
      }
      if (c < 0x20) return fail(`a string holds the control character ${shownByte(c)} unescaped`);
      if (c !== 0x5c) continue;
      const escape = bytes[++at];
      if (escape === 0x75) {
        for (let i = 1; i <= 4; i++)
          if (!isHexDigit(bytes[at + i])) return fail("\\u must be followed by four hexadecimal digits", at - 1);
        at += 4;
      } else if (escape === undefined || !ESCAPES.has(escape)) return fail("unknown escape in a string", at - 1);
    }
    return fail("this string has no closing quote", start);
  }

  function word(): boolean {
    const start = at;
    while (at < bytes.length && /[-+.\w]/.test(String.fromCharCode(bytes[at]!))) at++;
    const text = String.fromCharCode(...bytes.subarray(start, Math.min(at, start + 64)));
    if (/^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)$/.test(text) || at - start > 64) return true;
    if (text === "") return fail(`expected a JSON value, found ${found()}`);
    return fail(`${JSON.stringify(text)} is no JSON value`, start);
  }

  function list(depth: number): boolean {
    at++;
    space();
    if (bytes[at] === 0x5d) return (at++, true);
    for (;;) {
      if (!value(depth + 1)) return false;
      space();
      if (bytes[at] === 0x5d) return (at++, true);
      if (bytes[at] !== 0x2c) return fail(`expected "," or "]" after a list item, found ${found()}`);
      at++;
    }
  }

  function object(depth: number): boolean {
    at++;
    space();
    if (bytes[at] === 0x7d) return (at++, true);
    for (;;) {
      space();
      if (bytes[at] !== 0x22) return fail(`expected a field name in double quotes, found ${found()}`);
      if (!string()) return false;
      space();
      if (bytes[at] !== 0x3a) return fail(`expected ":" after a field name, found ${found()}`);
      at++;
      if (!value(depth + 1)) return false;
      space();
      if (bytes[at] === 0x7d) return (at++, true);
      if (bytes[at] !== 0x2c) return fail(`expected "," or "}" after a field, found ${found()}`);
      at++;
    }
  }

  function value(depth: number): boolean {
    if (depth > MAX_DEPTH) return fail(`brackets are nested more than ${MAX_DEPTH} deep`);
    space();
    const c = bytes[at];
    if (c === 0x7b) return object(depth);
    if (c === 0x5b) return list(depth);
    if (c === 0x22) return string();
    return word();
  }

  if (value(0)) {
    space();
    if (at < bytes.length) fail(`expected the end of the value, found ${found()}`);
  }
  return error ?? { offset: 0, message: "this is not valid JSON" };
}

function isHexDigit(c: number | undefined): boolean {
  return c !== undefined && /[0-9a-fA-F]/.test(String.fromCharCode(c));
}

/** A byte for a message: printable ASCII quoted, anything else by number. */
function shownByte(c: number): string {
  return c > 0x20 && c < 0x7f ? JSON.stringify(String.fromCharCode(c)) : `byte 0x${c.toString(16).padStart(2, "0")}`;
}
