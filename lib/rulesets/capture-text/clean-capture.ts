/** A capture as its tool printed it, told from what pasting, editors and terminals made of it. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { sourceFromText, type Source } from "../../source/source.js";
import { decodeBytes, endsLinesInCR, tellEncoding } from "./decode-bytes.js";
import { dropPrefix, tellPrefix } from "./line-prefix.js";
import { tellWrapping } from "./wrapped-lines.js";

export interface CleanCapture {
  /** The text in UTF-8 with its lines at the left edge; line numbers are those of the file. */
  readonly source: Source;
  /** What was done to it, as notes. */
  readonly notes: readonly Diagnostic[];
  /** Why nothing of it can be read; readers pass the file over. */
  readonly refusal?: Diagnostic;
}

/** Bytes at the start of a file that decide what is done to all of it. */
const HEAD_BYTES = 256 * 1024;

const cleaned = new WeakMap<Source, CleanCapture>();

/** Cleans a capture once; asking again, also for the cleaned source, gives the same. Clean files are not copied. */
export function cleanCapture(source: Source): CleanCapture {
  let result = cleaned.get(source);
  if (!result) {
    result = clean(source);
    cleaned.set(source, result);
    if (result.source !== source) cleaned.set(result.source, { ...result, notes: [] });
  }
  return result;
}

function clean(source: Source): CleanCapture {
  const bytes = source.read(0, Math.min(source.size, HEAD_BYTES));
  const { encoding, marked } = tellEncoding(bytes);
  const done: string[] = [];
  let head = decodeBytes(bytes, encoding);
  if (encoding !== "utf-8") done.push(`is ${encoding.toUpperCase()}`);
  const hasOtherEnds = endsLinesInCR(head);
  if (hasOtherEnds) {
    done.push("ends its lines in CR");
    head = head.replaceAll("\r", "\n");
  }
  const prefix = tellPrefix(head);
  if (prefix !== "") done.push(prefix.trim() === "" ? "is indented" : `has "${prefix.trim()}" in front of its lines`);
  const whole = () => {
    let text = decodeBytes(source.read(0, source.size), encoding);
    if (hasOtherEnds) text = text.replaceAll("\r", "\n");
    return prefix === "" ? text : dropPrefix(text, prefix);
  };
  const changed = done.length > 0 || marked;
  const text = prefix === "" ? head : dropPrefix(head, prefix);
  return {
    source: changed ? sourceFromText(source.name, whole()) : source,
    notes: done.length > 0 ? [note(source.name, done)] : [],
    ...refusalOfWrapping(source.name, text),
  };
}

function note(file: string, done: readonly string[]): Diagnostic {
  return {
    code: "capture-cleaned",
    severity: "note",
    message: `the file ${done.join(", ")}; it is read as the tool printed it`,
    at: { file },
  };
}

function refusalOfWrapping(file: string, text: string): { readonly refusal?: Diagnostic } {
  const wrapping = tellWrapping(text);
  if (!wrapping) return {};
  return {
    refusal: {
      code: "capture-wrapped",
      severity: "error",
      message: `lines are broken at ${wrapping.width} characters, as a narrow terminal wraps them: nothing of the file is read`,
      at: { file, line: wrapping.line },
      notes: ["redirect the tool into a file instead of copying from the terminal: iptables-save > node.txt"],
    },
  };
}
