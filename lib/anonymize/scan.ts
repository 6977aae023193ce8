/** Proof that nothing is left: looks for every original name and address in what is to be written. */
import { parseIP } from "../net/ip.js";
import { numberOfIPv4 } from "./ipv4-text.js";
import { ADDRESS, WORD, type Renamer } from "./renamer.js";
import { TOOL_WORDS } from "./vocabulary.js";

/** A name or address of the input that is in the output, with the file it is in. */
export interface Leftover {
  readonly text: string;
  readonly file: string;
}

const HASHED = /^KUBE-[A-Z]+-[A-Z2-7]{16}$/;

/** What is left of the input in files; reads them as plain text, whatever they were made from. */
export function scan(
  files: readonly { readonly path: string; readonly chunks: readonly string[] }[],
  renamer: Renamer,
): Leftover[] {
  const secrets = new Secrets(renamer);
  return files.flatMap(({ path, chunks }) => {
    const seen = { words: new Set<string>(), addresses: new Set<string>() };
    for (const text of chunks) if (!collectAscii(text, secrets, seen)) collect(text, seen);
    const left = [...seen.words].filter((word) => secrets.has(word));
    left.push(...[...seen.addresses].filter((address) => isLeftAddress(address, renamer)));
    return left.sort().map((text) => ({ text, file: path }));
  });
}

function isLeftAddress(text: string, { addresses }: Renamer): boolean {
  const ip = parseIP(text.replace(/\/.*/, ""));
  return ip !== undefined && addresses.isSecret(ip);
}

/** What a text holds; of the words at least those that are secret. */
interface Seen {
  readonly words: Set<string>;
  readonly addresses: Set<string>;
}

/** Any text. */
function collect(text: string, { words, addresses }: Seen): void {
  for (const address of text.match(ADDRESS) ?? []) addresses.add(address);
  for (const word of text.match(WORD) ?? []) words.add(word);
}

const FILTER_BITS = 1 << 24;
const [COLON, DOT] = [58, 46];

/** The words to look for: bits that tell of most others by their hash alone that they are none of these. */
class Secrets {
  readonly #renamer: Renamer;
  readonly #bits = new Uint8Array(FILTER_BITS / 8);

  constructor(renamer: Renamer) {
    this.#renamer = renamer;
    for (const word of renamer.words.all()) {
      let hash = HASH_START;
      for (let i = 0; i < word.length; i++) hash = hashWith(hash, word.charCodeAt(i));
      this.#add(hash);
    }
    for (const number of renamer.addresses.secretIPv4()) this.#add(hashOfNumber(number));
  }

  #add(hash: number): void {
    this.#bits[(hash >>> 3) & (FILTER_BITS / 8 - 1)]! |= 1 << (hash & 7);
  }

  /** Whether the IPv4 address that begins there may be one to look for. */
  mayHaveIPv4(text: string, from: number): boolean {
    return this.mayHave(hashOfNumber(numberOfIPv4(text, from)));
  }

  /** Words of the API and of tools stand in the output on their own account. */
  has(word: string): boolean {
    const { words, staying } = this.#renamer;
    return words.has(word) && !TOOL_WORDS.has(word) && !staying.has(word) && !HASHED.test(word);
  }

  mayHave(hash: number): boolean {
    return (this.#bits[(hash >>> 3) & (FILTER_BITS / 8 - 1)]! & (1 << (hash & 7))) !== 0;
  }
}

/** FNV-1a, 32 bits. */
const HASH_START = 0x811c9dc5 | 0;
function hashWith(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

function hashOfNumber(number: number): number {
  return Math.imul(number, 0x9e3779b1) >>> 3;
}

const [OTHER, LETTER, DASH] = [0, 1, 2];
const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /\w/.test(character) ? LETTER : character === "-" ? DASH : OTHER;
});
const ADDRESS_HERE = new RegExp(ADDRESS.source, "y");

/**
 * As `collect`, without a string for each word: a text of some megabytes has a million. False where the text has other
 * characters than those of ASCII.
 */
function collectAscii(text: string, secrets: Secrets, seen: Seen): boolean {
  let behindAddress = 0;
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code > 127) return false;
    if (CLASSES[code] === LETTER) at = wordAt(text, at, secrets, seen);
    else {
      if ((code === COLON || code === DOT) && at >= behindAddress)
        behindAddress = addressAround(text, at, secrets, seen);
      at++;
    }
  }
  return true;
}

/** Takes the word that begins there; gives where to go on. */
function wordAt(text: string, from: number, secrets: Secrets, { words }: Seen): number {
  let hash = HASH_START;
  let wordHash = hash;
  let wordEnd = from;
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? CLASSES[code] : OTHER;
    if (kind === OTHER) break;
    hash = hashWith(hash, code);
    if (kind === LETTER) [wordHash, wordEnd] = [hash, at + 1];
  }
  if (secrets.mayHave(wordHash)) words.add(text.slice(from, wordEnd));
  return at;
}

/** Takes the address whose first colon or dot stands there, if it may be a secret one; gives where it ends, or `at`. */
function addressAround(text: string, at: number, secrets: Secrets, { addresses }: Seen): number {
  let from = at;
  while (from > 0 && at - from < 4 && isHexDigit(text.charCodeAt(from - 1))) from--;
  if (from === at && text.charCodeAt(at + 1) !== COLON) return at;
  ADDRESS_HERE.lastIndex = from;
  if (!ADDRESS_HERE.test(text)) return at;
  const end = ADDRESS_HERE.lastIndex;
  if (text.charCodeAt(at) === COLON || secrets.mayHaveIPv4(text, from)) addresses.add(text.slice(from, end));
  return end;
}

function isHexDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}
