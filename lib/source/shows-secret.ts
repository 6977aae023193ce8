/** Whether a line of a source may hold a value of a Secret, which nothing may show. */
import type { Source } from "./source.js";

/** Bytes looked at on each side, in whole blocks: a Secret holds a megabyte at the most. */
const BLOCK = 256 << 10;
const REACH = 4;
/** Bytes of the next block that are looked at as well: what is looked for may stand across the border. */
const OVERLAP = 256;
/** Blocks of one source that are remembered. */
const MOST_BLOCKS = 16;
const SECRET_KIND = /(?:^|[\s{,[-])["']?kind["']?\s*:\s*["']?Secret(?:List)?\b/gm;
const YAML_BOUNDARY = /^---(?:\s|$)/gm;

/** Offsets in one block, ascending. */
interface Block {
  readonly boundaries: readonly number[];
  readonly secrets: readonly number[];
}

const known = new WeakMap<Source, Map<number, Block>>();

/**
 * True when the document around the offset (bytes) names `kind: Secret` close by. A document that is broken cannot be
 * read to tell its objects apart, so that neighbours of a Secret in one list lose their frames as well.
 */
export function showsSecret(source: Source, offset: number): boolean {
  const own = Math.floor(offset / BLOCK);
  let start = -1;
  let end = Infinity;
  for (let k = own; k >= Math.max(0, own - REACH) && start < 0; k--)
    start = blockOf(source, k).boundaries.findLast((at) => at <= offset) ?? -1;
  for (let k = own; k <= own + REACH && end === Infinity; k++)
    end = blockOf(source, k).boundaries.find((at) => at > offset) ?? Infinity;
  for (let k = Math.max(0, own - REACH); k <= own + REACH; k++)
    if (blockOf(source, k).secrets.some((at) => at >= start && at < end)) return true;
  return false;
}

function blockOf(source: Source, index: number): Block {
  const blocks = known.get(source) ?? new Map<number, Block>();
  known.set(source, blocks);
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
