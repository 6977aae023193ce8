/** Proof that nothing is left: looks for every original name and address in what is to be written. */
import { parseIP } from "../net/ip.js";
import { ADDRESS, WORD, type Renamer } from "./renamer.js";
import { TOOL_WORDS } from "./vocabulary.js";

/** A name or address of the input that is in the output, with the file it is in. */
export interface Leftover {
  readonly text: string;
  readonly file: string;
}

const HASHED = /^KUBE-[A-Z]+-[A-Z2-7]{16}$/;

/** What is left of the input in a file; reads it as plain text, whatever it was made from. */
export function scan(file: string, chunks: readonly string[], renamer: Renamer): Leftover[] {
  const addresses = new Set<string>();
  const words = new Set<string>();
  for (const text of chunks) {
    for (const address of text.match(ADDRESS) ?? []) addresses.add(address);
    for (const word of text.match(WORD) ?? []) words.add(word);
  }
  const left = [...words].filter((word) => isLeft(word, renamer));
  left.push(...[...addresses].filter((address) => isLeftAddress(address, renamer)));
  return left.sort().map((text) => ({ text, file }));
}

function isLeftAddress(text: string, { addresses }: Renamer): boolean {
  const ip = parseIP(text.replace(/\/.*/, ""));
  return ip !== undefined && addresses.isSecret(ip);
}

/** Words of the API and of tools stand there on their own account. */
function isLeft(word: string, { words, staying }: Renamer): boolean {
  return words.has(word) && !TOOL_WORDS.has(word) && !staying.has(word) && !HASHED.test(word);
}
