/** Whether a line of a source may hold a value of a Secret, which nothing may show. */
import type { Source } from "./source.js";

/** Bytes looked at on each side, in whole blocks: a Secret holds a megabyte at the most. */
const BLOCK = 256 << 10;
const REACH = 4;
/** Bytes of the next block that are looked at as well: what is looked for may stand across the border. */
const OVERLAP = 256;
/** Blocks of one source that are remembered. */
const MOST_BLOCKS = 16;
/** The kind, behind a tag, an anchor or the head of a block; what is spelled with escapes or an alias may be one. */
const SECRET_KIND =
  /(?:^|[\s{,[?-])["']?kind["']?\s*:\s*(?:(?:[!&][^\s,}\]]*|[>|][-+\d]*)\s+)*(?:["']?Secrets?(?:List)?\b|\*|"[^"\n]{0,40}\\)|"[^"\n]{0,40}\\[^"\n]{0,40}"\s*:\s*["']?Secret|\bstringData["']?\s*:/gim;
const YAML_BOUNDARY = /^---(?:\s|$)/gm;

/** Offsets in one block, ascending. */
interface Block {
  readonly boundaries: readonly number[];
  readonly secrets: readonly number[];
}

interface Known {
  readonly blocks: Map<number, Block>;
  /** The document asked about last: its offsets, and the answer. */
  last: { readonly start: number; readonly end: number; readonly answer: boolean };
}

const known = new WeakMap<Source, Known>();

function knownOf(source: Source): Known {
  let found = known.get(source);
  if (!found) known.set(source, (found = { blocks: new Map(), last: { start: 0, end: 0, answer: false } }));
  return found;
}

/**
 * True when the document around the offset (bytes) names `kind: Secret` close by. A document that is broken cannot be
 * read to tell its objects apart, so that neighbours of a Secret in one list lose their frames as well.
 */
export function showsSecret(source: Source, offset: number): boolean {
  const own = knownOf(source);
  // Without an end the answer holds for what is near the offset alone.
  if (offset < own.last.start || offset >= own.last.end) own.last = lookAround(source, offset);
  return own.last.answer;
}

function lookAround(source: Source, offset: number): Known["last"] {
  const own = Math.floor(offset / BLOCK);
  let start = -1;
  let end = Infinity;
  for (let k = own; k >= Math.max(0, own - REACH) && start < 0; k--) {
    const { boundaries } = blockOf(source, k);
    start = boundaries[countUpTo(boundaries, offset) - 1] ?? -1;
  }
  for (let k = own; k <= own + REACH && end === Infinity; k++) {
    const { boundaries } = blockOf(source, k);
    end = boundaries[countUpTo(boundaries, offset)] ?? Infinity;
  }
  let answer = false;
  for (let k = Math.max(0, own - REACH); k <= own + REACH && !answer; k++) {
    const { secrets } = blockOf(source, k);
    answer = (secrets[countUpTo(secrets, start - 1)] ?? Infinity) < end;
  }
  const isWhole = start >= 0 && end < Infinity;
  return { start: isWhole ? start : offset, end: isWhole ? end : offset + 1, answer };
}

/** How many of the ascending numbers are at most the limit. */
function countUpTo(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function blockOf(source: Source, index: number): Block {
  const { blocks } = knownOf(source);
  const found = blocks.get(index) ?? readBlock(source, index);
  // The one asked for last stands last.
  blocks.delete(index);
  blocks.set(index, found);
  if (blocks.size > MOST_BLOCKS) blocks.delete(blocks.keys().next().value!);
  return found;
}

function readBlock(source: Source, index: number): Block {
  const start = index * BLOCK;
  if (start >= source.size) return { boundaries: [], secrets: [] };
  // From the byte before it: a line's start is told by what stands in front.
  const from = Math.max(0, start - 1);
  const bytes = source.read(from, Math.min(source.size, start + BLOCK + OVERLAP));
  const text = new TextDecoder("latin1").decode(bytes);
  const offsetsOf = (pattern: RegExp) =>
    [...text.matchAll(pattern)].map((match) => from + match.index).filter((at) => at >= from && at < start + BLOCK);
  return { boundaries: offsetsOf(YAML_BOUNDARY).filter((at) => at >= start), secrets: offsetsOf(SECRET_KIND) };
}
