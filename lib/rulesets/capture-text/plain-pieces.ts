/** A capture's bytes piece by piece, and what becomes of them where an editor, a shell or a mail program changed them. */
import type { Source } from "../../source/source.js";
import type { Encoding } from "./decode-bytes.js";
import { dropPrefix } from "./line-prefix.js";

const PIECE = 1 << 20;

export function* piecesOf(source: Source): Generator<Uint8Array> {
  for (let at = 0; at < source.size;) {
    const piece = source.read(at, Math.min(source.size, at + PIECE));
    // A file may have become shorter since its size was taken.
    if (piece.length === 0) return;
    yield piece;
    at += piece.length;
  }
}

export interface Changes {
  readonly encoding: Encoding;
  /** Lines end in CR. */
  readonly hasOtherEnds: boolean;
  /** In front of every line. */
  readonly prefix: string;
  /** What else becomes of whole lines. */
  readonly tidy: (text: string) => string;
}

/** The bytes in UTF-8, with lines that end in LF and without the prefix. */
export function* plainPieces(source: Source, { encoding, hasOtherEnds, prefix, tidy }: Changes): Generator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  /** The beginning of a line, while its end is not there. */
  let rest = "";
  /** Of a line without end as much was given already. */
  let isInside = false;
  const textOf = (piece?: Uint8Array) => {
    const text = decoder.decode(piece, { stream: piece !== undefined });
    return rest + (hasOtherEnds ? text.replaceAll("\r", "\n") : text);
  };
  const plain = (text: string) => {
    const begun = isInside ? text.indexOf("\n") + 1 || text.length : 0;
    isInside = !text.endsWith("\n");
    return encoder.encode(text.slice(0, begun) + dropPrefix(tidy(text.slice(begun)), prefix));
  };
  for (const piece of piecesOf(source)) {
    const text = textOf(piece);
    const cut = text.lastIndexOf("\n") + 1 || (text.length > PIECE ? text.length : 0);
    rest = text.slice(cut);
    if (cut > 0) yield plain(text.slice(0, cut));
  }
  const last = textOf();
  if (last !== "") yield plain(last);
}
