import { hash } from "../platform/hash.js";

/** Character codes of the base32 alphabet (RFC 4648). */
const BASE32 = Uint8Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", (c) => c.charCodeAt(0));

/** 40 bits in two halves: five bytes from `at`, each the code of one character. */
function upper20(bytes: string, at: number): number {
  return (bytes.charCodeAt(at) << 12) | (bytes.charCodeAt(at + 1) << 4) | (bytes.charCodeAt(at + 2) >> 4);
}
function lower20(bytes: string, at: number): number {
  return ((bytes.charCodeAt(at + 2) & 15) << 16) | (bytes.charCodeAt(at + 3) << 8) | bytes.charCodeAt(at + 4);
}

/** Codes of nine characters. */
export type Prefix = readonly [number, number, number, number, number, number, number, number, number];

const BLANK: Prefix = [32, 32, 32, 32, 32, 32, 32, 32, 32];

/**
 * The first 16 characters of the base32 form (RFC 4648, upper case) of the SHA-256 of a text's UTF-8 bytes.
 * Written without loops: a large cluster has a hash for every endpoint, and this costs little beside the hash itself.
 * Source: the hash in kube-proxy's chain names, pkg/proxy/iptables and pkg/proxy/nftables (which keeps 8).
 */
export function sha256Base32(text: string): string {
  return prefixedSha256Base32(BLANK, text).slice(BLANK.length);
}

/**
 * A prefix and that hash, written as one string: of two put together V8 keeps both, and all of it once more as soon as
 * somebody looks at the text. Nearly all hashes are made for this.
 */
export function prefixedSha256Base32(prefix: Prefix, text: string): string {
  const bytes = hash("sha256", text, "binary");
  const a = upper20(bytes, 0);
  const b = lower20(bytes, 0);
  const c = upper20(bytes, 5);
  const d = lower20(bytes, 5);
  return written(prefix, BASE32, a, b, c, d);
}

/** Digits of 20 bits each, in an alphabet. */
function written(prefix: Prefix, alphabet: Uint8Array, a: number, b: number, c: number, d: number): string {
  return String.fromCharCode(
    prefix[0],
    prefix[1],
    prefix[2],
    prefix[3],
    prefix[4],
    prefix[5],
    prefix[6],
    prefix[7],
    prefix[8],
    alphabet[a >> 15]!,
    alphabet[(a >> 10) & 31]!,
    alphabet[(a >> 5) & 31]!,
    alphabet[a & 31]!,
    alphabet[b >> 15]!,
    alphabet[(b >> 10) & 31]!,
    alphabet[(b >> 5) & 31]!,
    alphabet[b & 31]!,
    alphabet[c >> 15]!,
    alphabet[(c >> 10) & 31]!,
    alphabet[(c >> 5) & 31]!,
    alphabet[c & 31]!,
    alphabet[d >> 15]!,
    alphabet[(d >> 10) & 31]!,
    alphabet[(d >> 5) & 31]!,
    alphabet[d & 31]!,
  );
}

/** The alphabet in the order of its characters: digits come before letters. */
const SORTED_BASE32 = Uint8Array.from("234567ABCDEFGHIJKLMNOPQRSTUVWXYZ", (c) => c.charCodeAt(0));

/** Each of four digits, of five bits, becomes its place in that order: 6 more, without a carry to the next. */
const placesInOrder = (digits: number): number => ((digits & 0x7bdef) + 0x318c6) ^ (digits & 0x84210);

/**
 * The first 8 characters of that form as a number of 40 bits, greater where the text comes later in order: what is left
 * to keep of 150,000 names, as they can be put in order by it and written with it.
 */
export function sha256Rank(text: string): number {
  const bytes = hash("sha256", text, "binary");
  return placesInOrder(upper20(bytes, 0)) * 2 ** 20 + placesInOrder(lower20(bytes, 0));
}

/** The 8 characters of such a number. */
export function textOfRank(rank: number): string {
  const a = Math.floor(rank / 2 ** 20);
  const b = rank % 2 ** 20;
  return String.fromCharCode(
    SORTED_BASE32[a >> 15]!,
    SORTED_BASE32[(a >> 10) & 31]!,
    SORTED_BASE32[(a >> 5) & 31]!,
    SORTED_BASE32[a & 31]!,
    SORTED_BASE32[b >> 15]!,
    SORTED_BASE32[(b >> 10) & 31]!,
    SORTED_BASE32[(b >> 5) & 31]!,
    SORTED_BASE32[b & 31]!,
  );
}

/** A prefix and the 16 characters of two such numbers, written as one string. */
export function prefixedTextOfRanks(prefix: Prefix, first: number, second: number): string {
  const a = Math.floor(first / 2 ** 20);
  const c = Math.floor(second / 2 ** 20);
  return written(prefix, SORTED_BASE32, a, first - a * 2 ** 20, c, second - c * 2 ** 20);
}

/** The number of the 8 characters at `at`; -1 where one is none of the alphabet. */
export function rankOfText(text: string, at: number): number {
  let upper = 0;
  let lower = 0;
  for (let i = 0; i < 4; i++) {
    const a = placeOfDigit(text.charCodeAt(at + i));
    const b = placeOfDigit(text.charCodeAt(at + 4 + i));
    if (a < 0 || b < 0) return -1;
    upper = upper * 32 + a;
    lower = lower * 32 + b;
  }
  return upper * 2 ** 20 + lower;
}

/** Of a character code in the order of the alphabet; -1 where it is none of it. */
const PLACES = Int8Array.from({ length: 128 }, (_, code) => SORTED_BASE32.indexOf(code));

function placeOfDigit(code: number): number {
  return code < PLACES.length ? PLACES[code]! : -1;
}
