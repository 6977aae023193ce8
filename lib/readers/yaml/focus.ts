/**
 * Passes over EndpointSlices in YAML that a question about one Service cannot need, by a look at their bytes: those that are
 * written as kubectl prints them, without anything that could say otherwise (anchors, escapes, brackets, comments, block scalars).
 */
import type { Buffer } from "../../platform/bytes.js";
import { ENDPOINTS_READ, type Focus } from "../focus.js";
import { resolvePlainScalar } from "./plain-scalar.js";

/** How slices begin, as an item of a list or as a document. */
const SLICE =
  /^( *- )?(?:addressType: (\w+)\n *apiVersion: discovery\.k8s\.io\/v1(?:beta1)?|apiVersion: discovery\.k8s\.io\/v1(?:beta1)?\n *kind: EndpointSlice)\n/;
const LONGEST_START = 200;
const SERVICE_NAME = "kubernetes.io/service-name";
const VALUE = /^: ("?)([-a-z0-9.]+)\1\n/;
const LONGEST_VALUE = 160;
const FAMILIES = ["IPv4", "IPv6"] as const;

const NEWLINE = 10;
const SPACE = 32;
const [OPENS, QUOTE] = [2, 3];
/** 1: what may stand anywhere. */
const KINDS = new Uint8Array(256);
for (const c of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 \n-_./:+=,;()~$^")
  KINDS[c.charCodeAt(0)] = 1;
for (const c of "[{") KINDS[c.charCodeAt(0)] = OPENS;
for (const c of "\"'") KINDS[c.charCodeAt(0)] = QUOTE;

/** Whether the bytes of an item or document are such a slice, and are to be passed over. */
export type SkipSlice = (bytes: Buffer) => boolean;

export function createSkipSlice({ names, namespace, skipped }: Focus): SkipSlice {
  let read = 0;
  return (bytes) => {
    const head = SLICE.exec(bytes.toString("latin1", 0, LONGEST_START));
    if (!head) return false;
    if (read < ENDPOINTS_READ) {
      read += countAddresses(bytes);
      return false;
    }
    const [, dash = "", family] = head;
    const name = serviceOf(bytes, dash.length);
    if (name === undefined || names.includes(name)) return false;
    if ((namespace !== undefined && bytes.includes(namespace)) || !isPlain(bytes)) return false;
    for (const word of FAMILIES) if (family === undefined ? bytes.includes(word) : family === word) skipped.add(word);
    return true;
  };
}

function countAddresses(bytes: Buffer): number {
  let count = 0;
  for (let i = bytes.indexOf("addresses:"); i >= 0; i = bytes.indexOf("addresses:", i + 1)) count++;
  return count;
}

/** The Service that the slice's label names; undefined when that is in doubt. `column`: that of the slice's fields. */
function serviceOf(bytes: Buffer, column: number): string | undefined {
  const at = bytes.indexOf(SERVICE_NAME);
  const behind = at + SERVICE_NAME.length;
  if (at < 0 || bytes.includes(SERVICE_NAME, behind) || !isInLabels(bytes, at, column)) return undefined;
  const [, quote, name = ""] = VALUE.exec(bytes.toString("latin1", behind, behind + LONGEST_VALUE)) ?? [];
  return quote === '"' || (name !== "" && resolvePlainScalar(name) === name) ? name : undefined;
}

/** Whether the key at `at` is a field of `labels:` in `metadata:`. */
function isInLabels(bytes: Buffer, at: number, column: number): boolean {
  const isWord = (start: number, word: string) => bytes.toString("latin1", start, start + word.length) === word;
  let line = lineStart(bytes, at);
  let content = contentOf(bytes, line);
  if (content !== at || content - line !== column + 4) return false;
  for (const [indent, word] of [
    [column + 2, "labels:\n"],
    [column, "metadata:\n"],
  ] as const) {
    do {
      if (line === 0) return false;
      line = lineStart(bytes, line - 1);
      content = contentOf(bytes, line);
    } while (content - line > indent);
    if (content - line !== indent || !isWord(content, word)) return false;
  }
  return true;
}

function lineStart(bytes: Buffer, at: number): number {
  let start = at;
  while (start > 0 && bytes[start - 1] !== NEWLINE) start--;
  return start;
}

function contentOf(bytes: Buffer, line: number): number {
  let at = line;
  while (bytes[at] === SPACE) at++;
  return at;
}

/** Whether no byte means more than a word, a quoted text on its line or an empty pair of brackets. */
function isPlain(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const c = bytes[at]!;
    const kind = KINDS[c];
    if (kind === 1) continue;
    if (kind === OPENS) {
      // "]" and "}" are two further.
      if (bytes[++at] !== c + 2) return false;
    } else if (kind !== QUOTE || (at = endOfQuoted(bytes, at)) < 0) return false;
  }
  return true;
}

/** The place of the quote that closes a text at the end of its line; below 0 at all else. */
function endOfQuoted(bytes: Buffer, at: number): number {
  if (bytes[at - 1] !== SPACE) return -1;
  const close = bytes.indexOf(bytes[at]!, at + 1);
  if (close < 0 || (close + 1 < bytes.length && bytes[close + 1] !== NEWLINE)) return -1;
  for (let i = at + 1; i < close; i++) if (bytes[i]! < 0x20 || bytes[i] === 0x5c || bytes[i]! > 0x7e) return -1;
  return close;
}
