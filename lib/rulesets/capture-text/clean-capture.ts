/** A capture as its tool printed it, told from what pasting, editors and terminals made of it. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { Buffer } from "../../platform/bytes.js";
import { sourceFromBytes, sourceFromText, type Source } from "../../source/source.js";
import { findBelowMinions, mayBeBelowMinions } from "./below-minions.js";
import { findInJSON, mayBeInJSON } from "./capture-in-json.js";
import { isJSONAmongShellLines, withoutShellLines } from "./json-document.js";
import { decodeBytes, endsLinesInCR, tellEncoding } from "./decode-bytes.js";
import { leaveOutBlanks, mayBeFlooded } from "./leave-out-blanks.js";
import { dropLogPrefix, tellLogPrefix } from "./log-prefix.js";
import { dropPrefix, tellPrefix } from "./line-prefix.js";
import { lineOfElision, toolOf } from "./elided.js";
import { leaveOutCommands } from "./other-commands.js";
import { printable } from "../../util/printable.js";
import { PASTINGS, type Pasting } from "./pasted-characters.js";
import { piecesOf, plainPieces } from "./plain-pieces.js";
import { betweenFences, hasFence } from "./prose-around.js";
import { hasWarningInside, warningInside, withoutWarningInside } from "./warning-inside.js";
import { tellWrapping } from "./wrapped-lines.js";

export interface CleanCapture {
  /**
   * The text in UTF-8 with its lines at the left edge. Of a large one that is mostly blank lines or comments these are left
   * out; `LineNumbers` gives the numbers that lines have in the file.
   */
  readonly source: Source;
  /** What was done to it, as notes. */
  readonly notes: readonly Diagnostic[];
  /** Why nothing of it can be read; readers pass the file over. */
  readonly refusal?: Diagnostic;
}

/** Bytes at the start of a file that decide what is done to all of it. */
const HEAD_BYTES = 256 * 1024;
const MEBIBYTE = 1 << 20;
/** Bytes of a large file looked at further on. */
const SAMPLE_BYTES = 64 * 1024;

/** Nobody pages through more. */
const MOST_PAGED = 16 * 1024 * 1024;

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

/** A source that is put together from a clean capture's lines, which would look like others: of which some are broken, for one. */
export function alreadyClean(source: Source): Source {
  cleaned.set(source, { source, notes: [] });
  return source;
}

function clean(source: Source): CleanCapture {
  const undone = undoPasting(source);
  const { head, prefix, done, encoding, hasOtherEnds, textFrom, tailAt } = undone;
  const part =
    source.size <= MOST_PAGED
      ? cleanPart({ source, head: dropPrefix(head, prefix), whole: () => dropPrefix(textFrom(0), prefix), done })
      : undefined;
  if (part) return part;
  const tail = () => textFrom(tailAt);
  const isAmongOthers = isJSONAmongShellLines(dropPrefix(head.slice(0, SAMPLE_BYTES), prefix), tail);
  if (isAmongOthers) done.push("has lines of a shell around its JSON");
  const elided = lineOfElision(head);
  const wrapping = tellWrapping(head, prefix) ?? wrappingInside(source, prefix, encoding === "utf-8" && !hasOtherEnds);
  return {
    source: cleanSource(source, undone, isAmongOthers),
    notes: done.length > 0 ? [note(source.name, done)] : [],
    ...(elided !== undefined && { refusal: refusalOfElision(source.name, elided, toolOf(head)) }),
    ...(wrapping && { refusal: refusalOfWrapping(source.name, wrapping) }),
  };
}

/** What pasting, editors and terminals made of a file, and its texts without it. */
interface Undone {
  readonly encoding: ReturnType<typeof tellEncoding>["encoding"];
  /** A mark of the byte order stands in front. */
  readonly marked: boolean;
  /** Lines end in CR alone. */
  readonly hasOtherEnds: boolean;
  readonly isPaged: boolean;
  /** In front of its lines, also of those in `head` and `textFrom`. */
  readonly prefix: string;
  /** What was done to the texts. */
  readonly done: string[];
  readonly tidy: (text: string) => string;
  readonly head: string;
  /** Where the last bytes begin that are looked at. */
  readonly tailAt: number;
  readonly textFrom: (from: number) => string;
}

function undoPasting(source: Source): Undone {
  const bytes = source.read(0, Math.min(source.size, HEAD_BYTES));
  const { encoding, marked } = tellEncoding(bytes);
  const done: string[] = [];
  let head = decodeBytes(bytes, encoding);
  // A character of UTF-16 may begin at even bytes only.
  const lastBytes = Math.max(0, source.size - SAMPLE_BYTES);
  const tailAt = lastBytes - (lastBytes % 2);
  if (encoding !== "utf-8") done.push(`is ${encoding.toUpperCase()}`);
  const hasOtherEnds = endsLinesInCR(head);
  if (hasOtherEnds) {
    done.push("ends its lines in CR");
    head = head.replaceAll("\r", "\n");
  }
  const given = (from: number) => {
    const text = decodeBytes(source.read(from, source.size), encoding);
    return hasOtherEnds ? text.replaceAll("\r", "\n") : text;
  };
  const tidy = tidyFor(head, () => given(tailAt), done);
  head = tidy(head);
  const isPaged = source.size <= MOST_PAGED && head.includes("--More--");
  if (isPaged) {
    done.push("has a pager's prompts in it");
    head = withoutPager(head);
  }
  const prefix = tellPrefix(head);
  if (prefix !== "") done.push(prefix.trim() === "" ? "is indented" : `has "${prefix.trim()}" in front of its lines`);
  const textFrom = (from: number) => (isPaged ? withoutPager(tidy(given(from))) : tidy(given(from)));
  return { encoding, marked, hasOtherEnds, isPaged, prefix, done, tidy, head, tailAt, textFrom };
}

/** The source itself where nothing was done to it. */
function cleanSource(source: Source, undone: Undone, isAmongOthers: boolean): Source {
  const { head, prefix, isPaged, done, marked, textFrom } = undone;
  if (isAmongOthers) return sourceFromText(source.name, withoutShellLines(dropPrefix(textFrom(0), prefix)));
  if (isPaged) return sourceFromText(source.name, dropPrefix(textFrom(0), prefix));
  // Places in JSON are not told by its lines.
  const isJSON = /^\ufeff?\s*[[{]/.test(dropPrefix(head, prefix));
  if (done.length > 0 || marked) return condensed(source, plainPieces(source, undone), isJSON);
  const isFlooded = !isJSON && source.size >= MEBIBYTE && mayBeFlooded(source);
  return isFlooded ? condensed(source, piecesOf(source)) : source;
}

/** A file of which a part may be a capture. */
interface Mixture {
  readonly source: Source;
  readonly head: string;
  readonly whole: () => string;
  /** What was done to the texts. */
  readonly done: readonly string[];
}

/**
 * What stands in JSON or between fences, or a terminal's session without what other commands printed; undefined of anything
 * else.
 */
function cleanPart(mixture: Mixture): CleanCapture | undefined {
  const found = mayBeInJSON(mixture.head) ? findInJSON(mixture.whole()) : undefined;
  if (found && "text" in found)
    return cleanInside(mixture, found.text, "holds the output in JSON, and numbers of lines are those of the output");
  if (found) return { source: mixture.source, notes: [], refusal: refusalOfJSON(mixture.source.name, found) };
  const below = mayBeBelowMinions(mixture.head) ? findBelowMinions(mixture.whole()) : undefined;
  if (below && "text" in below)
    return cleanInside(
      mixture,
      below.text,
      "has a Salt minion's name above its JSON, and numbers of lines are those of the JSON",
    );
  if (below)
    return { source: mixture.source, notes: [], refusal: refusalOfSeveral(mixture.source.name, below.nodes, OF_SALT) };
  const pasted = hasFence(mixture.head) ? betweenFences(mixture.whole()) : undefined;
  return pasted === undefined
    ? cleanSession(mixture)
    : cleanInside(mixture, pasted, "has a text around what stands between fences");
}

function cleanSession(mixture: Mixture): CleanCapture | undefined {
  const { source, head, whole, done } = mixture;
  const begin = leaveOutCommands(head);
  if (begin?.filtered && !begin.hasTool)
    return {
      source,
      notes: done.length > 0 ? [note(source.name, done)] : [],
      refusal: refusalOfFilter(source.name, begin.filtered, toolOf(head)),
    };
  // The last line of the head may be cut, and look like a command that it is not.
  const all = begin && leaveOutCommands(whole());
  if (!all) return undefined;
  const { text, names, filtered } = all;
  const passedOver = [...names, ...(filtered ? [`what went through ${filtered.filter} (line ${filtered.line})`] : [])];
  const said = `has the output of other commands in it, which is passed over (${passedOver.join(", ")})`;
  return cleanInside(mixture, text, said);
}

function cleanInside({ source, done }: Mixture, text: string, said: string): CleanCapture {
  const inside = cleanCapture(sourceFromText(source.name, text));
  return { ...inside, notes: [note(source.name, [...done, said]), ...inside.notes] };
}

/** What is done to whole lines before all else; `done` gets what it is. */
function tidyFor(head: string, tail: () => string, done: string[]): (text: string) => string {
  const pastings: Pasting[] = [];
  let seen = head;
  for (const pasting of PASTINGS) {
    if (!pasting.isIn(seen)) continue;
    done.push(pasting.said);
    pastings.push(pasting);
    seen = pasting.undo(seen);
  }
  const plain = (text: string) => pastings.reduce((own, { undo }) => undo(own), text);
  const form = tellLogPrefix(seen);
  if (form) done.push("has the times, names or numbers of a log in front of its lines");
  const unlogged = form ? (text: string) => dropLogPrefix(plain(text), form) : plain;
  // Output that is buffered breaks off where the tool wrote to stderr, mostly near its end.
  const begin = unlogged(head);
  const end = unlogged(tail());
  const warning = warningInside(tellPrefix(begin));
  if (!hasWarningInside([begin, end.slice(end.indexOf("\n") + 1)], warning)) return unlogged;
  done.push("has a tool's warning inside a line");
  return (text) => withoutWarningInside(unlogged(text), warning);
}

function condensed(source: Source, pieces: Iterable<Uint8Array>, isWhole = false): Source {
  if (isWhole) return sourceFromBytes(source.name, Buffer.concat([...pieces]));
  const { bytes, leftOut } = leaveOutBlanks(pieces);
  return { ...sourceFromBytes(source.name, bytes), ...(leftOut.length > 0 && { leftOut }) };
}

/** A pager's prompt at the start of a line, with what the terminal was told to take it away again. */
const PAGER = /^(?:\u001b\[[\d;?]*[A-Za-z])*--More--(?:\(\d+%\))?(?:[\r\b ]|\u001b\[[\d;?]*[A-Za-z])*/gm;

function withoutPager(text: string): string {
  return text.replace(PAGER, "");
}

/** The start of a large file may be thousands of short lines; its middle and its end are not. Their lines have no number. */
function wrappingInside(source: Source, prefix: string, isPlain: boolean): { readonly width: number } | undefined {
  if (source.size <= HEAD_BYTES || !isPlain) return undefined;
  for (const part of [1 / 2, 3 / 4]) {
    const from = Math.floor(source.size * part);
    const text = decodeBytes(source.read(from, Math.min(source.size, from + SAMPLE_BYTES)), "utf-8");
    const lines = text.slice(text.indexOf("\n") + 1, text.lastIndexOf("\n") + 1);
    const wrapping = tellWrapping(lines, prefix);
    if (wrapping) return { width: wrapping.width };
  }
  return undefined;
}

function note(file: string, done: readonly string[]): Diagnostic {
  return {
    code: "capture-cleaned",
    severity: "note",
    message: `the file ${done.join(", ")}; it is read as the tool printed it`,
    at: { file },
  };
}

function refusalOfElision(file: string, line: number, tool: string): Diagnostic {
  return {
    code: "capture-elided",
    severity: "error",
    message:
      "a line says that others were left out here: nothing of the file is read, since they are not missing on the node",
    at: { file, line },
    notes: [`give the whole output of the tool: ${tool} > node.txt`],
  };
}

const MOST_NAMED = 3;

function refusalOfJSON(
  file: string,
  found: { readonly nodes: readonly string[] } | { readonly failed: string },
): Diagnostic {
  if ("failed" in found)
    return {
      code: "capture-refused",
      severity: "error",
      message: `the command that was to print rules failed (${printable(found.failed)}): nothing of the file is read`,
      at: { file },
      notes: ["see what it wrote to stderr; to list rules takes root"],
    };
  return refusalOfSeveral(file, found.nodes, "give each node's output a file of its own, named as the node: NODE.txt");
}

const OF_SALT =
  "give each node's output a file of its own: salt NODE cmd.run 'nft -j list ruleset' --out=newline_values_only > NODE.txt";

function refusalOfSeveral(file: string, nodes: readonly string[], note: string): Diagnostic {
  const named = nodes.slice(0, MOST_NAMED).map((name) => printable(name === "" ? "one without a name" : name));
  const rest = nodes.length > MOST_NAMED ? `, and ${nodes.length - MOST_NAMED} more` : "";
  return {
    code: "captures-disagree",
    severity: "error",
    message: `this JSON holds the output of ${nodes.length} nodes (${named.join(", ")}${rest}): nothing of the file is read`,
    at: { file },
    notes: [note],
  };
}

function refusalOfFilter(
  file: string,
  { filter, line }: { readonly filter: string; readonly line: number },
  tool: string,
): Diagnostic {
  return {
    code: "capture-elided",
    severity: "error",
    message: `this output went through ${filter}, which leaves lines out: nothing of the file is read, since they are not missing on the node`,
    at: { file, line },
    notes: [`give the whole output of the tool: ${tool} > node.txt`],
  };
}

function refusalOfWrapping(
  file: string,
  { width, line }: { readonly width: number; readonly line?: number },
): Diagnostic {
  return {
    code: "capture-wrapped",
    severity: "error",
    message: `lines are broken at ${width} characters, as a narrow terminal wraps them: nothing of the file is read`,
    at: { file, ...(line !== undefined && { line }) },
    notes: ["redirect the tool into a file instead of copying from the terminal: iptables-save > node.txt"],
  };
}
