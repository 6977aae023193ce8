/** Bytes made from other bytes by small edits, for inputs that are nearly right. */
export type Random = (below: number) => number;

/** Mulberry32: the same sequence for the same seed. */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const NEWLINE = 0x0a;
const INTERESTING = [
  "0",
  "-1",
  "65536",
  "4294967296",
  "!",
  '"',
  "\\",
  "/",
  "{",
  "}",
  ",",
  ":",
  "\0",
  "\u001b[2J",
  "\t",
  "é",
  "\ud83d\ude00",
];

function splice(bytes: Uint8Array, start: number, end: number, piece: Uint8Array): Uint8Array {
  const out = new Uint8Array(start + piece.length + bytes.length - end);
  out.set(bytes.subarray(0, start));
  out.set(piece, start);
  out.set(bytes.subarray(end), start + piece.length);
  return out;
}

/** Start and end of the stretch without one of the separators around a place. */
function stretchAt(bytes: Uint8Array, at: number, separators: readonly number[]): [number, number] {
  let start = at;
  let end = at;
  while (start > 0 && !separators.includes(bytes[start - 1]!)) start--;
  while (end < bytes.length && !separators.includes(bytes[end]!)) end++;
  return [start, end];
}

const WORD_ENDS = [NEWLINE, 0x20, 0x2c, 0x3a];

/** One edit: bytes or words or lines removed, repeated, replaced or taken over from `other`. */
function edit(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const at = random(bytes.length + 1);
  const from = random(other.length + 1);
  const word = stretchAt(bytes, at, WORD_ENDS);
  const line = stretchAt(bytes, at, [NEWLINE]);
  const text = new TextEncoder().encode(INTERESTING[random(INTERESTING.length)]);
  switch (random(9)) {
    case 0:
      return splice(bytes, at, Math.min(bytes.length, at + 1 + random(8)), new Uint8Array());
    case 1:
      return splice(bytes, at, Math.min(bytes.length, at + 1), Uint8Array.of(random(256)));
    case 2:
      return splice(bytes, at, at, text);
    case 3:
      return splice(bytes, ...word, other.subarray(...stretchAt(other, from, WORD_ENDS)));
    case 4:
      return splice(bytes, ...word, text);
    case 5:
      return splice(bytes, line[0], Math.min(bytes.length, line[1] + 1), new Uint8Array());
    case 6:
      return splice(bytes, line[0], line[0], other.subarray(...stretchAt(other, from, [NEWLINE])));
    case 7:
      return splice(bytes, word[1], word[1], bytes.slice(...word));
    default:
      return splice(bytes, Math.min(at, bytes.length), bytes.length, other.subarray(from));
  }
}

/** A handful of edits; at most `longest` bytes come out. `other`: where words and lines are taken from. */
export function mutate(bytes: Uint8Array, other: Uint8Array, random: Random, longest = 8192): Uint8Array {
  let out = bytes;
  for (let edits = 1 + random(4); edits > 0; edits--) out = edit(out, other, random);
  return out.length > longest ? out.subarray(0, longest) : out;
}
