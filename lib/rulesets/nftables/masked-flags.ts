/** `tcp flags syn / fin,syn,rst,ack`, which older releases of nft list as `tcp flags & (fin | syn | rst | ack) == syn`. */

const FLAGS = /^(?:[a-z]{3}|0x[0-9a-f]+|\d+)(?:\|(?:[a-z]{3}|0x[0-9a-f]+|\d+))*$/;

/** Where such a condition ends that begins at a place; undefined of anything else. */
export function endOfMaskedFlags(words: readonly string[], from: number): number | undefined {
  if (words[from] !== "tcp" || words[from + 1] !== "flags") return undefined;
  if (words[from + 2] === "&") {
    const mask = endOfMask(words, from + 3);
    return mask !== undefined && isOperator(words[mask]) ? endOfList(words, mask + 1, "|") : undefined;
  }
  const value = endOfList(words, isOperator(words[from + 2]) ? from + 3 : from + 2, ",");
  return value !== undefined && words[value] === "/" ? endOfList(words, value + 1, ",") : undefined;
}

function isOperator(word: string | undefined): boolean {
  return word === "==" || word === "!=";
}

function endOfMask(words: readonly string[], from: number): number | undefined {
  if (!words[from]?.startsWith("(")) return endOfList(words, from, "|");
  const last = words.findIndex((word, i) => i >= from && word.endsWith(")"));
  if (last < 0) return undefined;
  const inside = words.slice(from, last + 1).join("");
  return FLAGS.test(inside.slice(1, -1)) ? last + 1 : undefined;
}

function endOfList(words: readonly string[], from: number, between: "|" | ","): number | undefined {
  let at = from;
  while (FLAGS.test(words[at] ?? "")) {
    if (words[at + 1] !== between) return at + 1;
    at += 2;
  }
  return undefined;
}
