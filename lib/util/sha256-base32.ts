import { hash } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Two base32 characters for every 10 bits. */
const PAIRS: readonly string[] = Array.from({ length: 1024 }, (_, i) => ALPHABET[i >> 5]! + ALPHABET[i & 31]!);

/** 8 base32 characters of 40 bits given as a number. */
function encode40(n: number): string {
  return (
    PAIRS[Math.floor(n / 2 ** 30)]! +
    PAIRS[Math.floor(n / 2 ** 20) & 1023]! +
    PAIRS[(n / 1024) & 1023]! +
    PAIRS[n & 1023]!
  );
}

/**
 * The first 16 characters of the base32 form (RFC 4648, upper case) of the SHA-256 of a text's UTF-8 bytes.
 * Source: the hash in kube-proxy's chain names, pkg/proxy/iptables and pkg/proxy/nftables (which keeps 8).
 */
export function sha256Base32(text: string): string {
  const hex = hash("sha256", text, "hex");
  return encode40(parseInt(hex.slice(0, 10), 16)) + encode40(parseInt(hex.slice(10, 20), 16));
}
