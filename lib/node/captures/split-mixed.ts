/** Files with the output of several tools in which a JSON document stands among text: each is read by its own reader. */
import { Buffer } from "../../platform/bytes.js";
import { closingQuote } from "../../readers/yaml/plain-quotes.js";
import { isShellLine } from "../../rulesets/capture-text/shell-line.js";
import { sourceFromText, type Source } from "../../source/source.js";

/** How the documents of nft -j and ip -j begin. */
const OPENER = /^(?:\{\s*"nftables"|\[\s*\{\s*"ifindex")/gm;
const WORDS = ['"nftables"', '"ifindex"'];
const OPENING_BRACE = 0x7b;
/** Bytes read at once in search of a document, into a place that stays in the processor's cache. */
const STEP = 1 << 19;
/** By which they overlap: more than a word has. */
const OVERLAP = 16;
/** Characters of a word that are looked for before all of it, in a third of the time: hardly any capture has them. */
const RARE = 3;
/** A larger text fits into no string. */
const MOST_BYTES = 1 << 28;

/** The captures, those of which only a part is JSON in parts, whose lines have the numbers that they have in the file. */
export function splitMixed(captures: readonly Source[]): readonly Source[] {
  const parts = captures.map(partsOf);
  return parts.every((own) => own.length === 1) ? captures : parts.flat();
}

function partsOf(source: Source): readonly Source[] {
  if (source.size > MOST_BYTES || isOneDocument(source) || !mayHoldJSON(source)) return [source];
  const text = new TextDecoder().decode(source.read(0, source.size));
  const documents = documentsIn(text);
  const rest = without(text, documents);
  const isText = rest.split("\n").some((line) => line.trim() !== "" && !isShellLine(line));
  if (documents.length === 0 || !isText) return [source];
  const { name, dump } = source;
  const part = (own: string) => ({ ...sourceFromText(name, own), ...(dump && { dump }) });
  let from = 0;
  let count = 0;
  return [
    part(rest),
    ...documents.map(({ start, end }) => {
      count += lineFeeds(text.slice(from, start));
      from = start;
      return { ...part(text.slice(start, end)), ...(count > 0 && { leftOut: [{ line: 1, count }] }) };
    }),
  ];
}

/** By its first and last characters; documents behind each other are their reader's matter. */
function isOneDocument({ size, read }: Source): boolean {
  const decoder = new TextDecoder("latin1");
  const [head, tail] = [
    decoder.decode(read(0, Math.min(size, 64))),
    decoder.decode(read(Math.max(0, size - 64), size)),
  ];
  return /^\s*[[{]/.test(head) && /[\]}]\s*$/.test(tail);
}

/** Asked of the bytes, since to make text of them takes several times as long. */
function mayHoldJSON(source: Source): boolean {
  let hasBrace = false;
  for (const bytes of overlappingPieces(source)) {
    // Rules of iptables have none, and to look for a byte takes half of the time.
    hasBrace ||= bytes.includes(OPENING_BRACE);
    if (hasBrace && WORDS.some((word) => bytes.includes(word.slice(0, RARE)) && bytes.includes(word))) return true;
  }
  return false;
}

/** Each until the next is asked for: of a file all are read into the same place. */
function* overlappingPieces({ size, read, readInto }: Source): Generator<Buffer> {
  const place = readInto && size > STEP ? new Uint8Array(STEP + OVERLAP) : undefined;
  for (let at = 0; at < size; at += STEP) {
    const wanted = Math.min(size - at, STEP + OVERLAP);
    const bytes = place ? place.subarray(0, readInto!(place.subarray(0, wanted), at)) : read(at, at + wanted);
    yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

function documentsIn(text: string): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const { index } of text.matchAll(OPENER))
    if (index >= (found.at(-1)?.end ?? 0)) found.push({ start: index, end: endOf(text, index) });
  return found;
}

/** Behind the bracket that closes the one at `start`; the end of a text that breaks off before. */
function endOf(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const c = text[at];
    if (c === '"') {
      at = closingQuote(text, at, text.length);
      if (at < 0) break;
    } else if (c === "{" || c === "[") depth++;
    else if ((c === "}" || c === "]") && --depth === 0) return at + 1;
  }
  return text.length;
}

/** The text with blank lines where the documents stood. */
function without(text: string, documents: readonly Stretch[]): string {
  let rest = "";
  let from = 0;
  for (const { start, end } of documents) {
    rest += text.slice(from, start) + "\n".repeat(lineFeeds(text.slice(start, end)));
    from = end;
  }
  return rest + text.slice(from);
}

function lineFeeds(text: string): number {
  return text.split("\n").length - 1;
}
