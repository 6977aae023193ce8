import { hash } from "node:crypto";

/** Character codes of the base32 alphabet (RFC 4648). */
const BASE32 = Uint8Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", (c) => c.charCodeAt(0));

/** Values of hexadecimal digits by character code. */
const HEX = new Uint8Array(128);
for (const [value, c] of [..."0123456789abcdef"].entries()) HEX[c.charCodeAt(0)] = value;

/** 20 bits: five hexadecimal digits from `at`. */
function bits20(hex: string, at: number): number {
  return (
    (HEX[hex.charCodeAt(at)]! << 16) |
    (HEX[hex.charCodeAt(at + 1)]! << 12) |
    (HEX[hex.charCodeAt(at + 2)]! << 8) |
    (HEX[hex.charCodeAt(at + 3)]! << 4) |
    HEX[hex.charCodeAt(at + 4)]!
  );
}

/**
 * The first 16 characters of the base32 form (RFC 4648, upper case) of the SHA-256 of a text's UTF-8 bytes.
 * Written without loops: a large cluster has a hash for every endpoint, and this costs little beside the hash itself.
 * Source: the hash in kube-proxy's chain names, pkg/proxy/iptables and pkg/proxy/nftables (which keeps 8).
 */
export function sha256Base32(text: string): string {
  const hex = hash("sha256", text, "hex");
  const a = bits20(hex, 0);
  const b = bits20(hex, 5);
  const c = bits20(hex, 10);
  const d = bits20(hex, 15);
  return String.fromCharCode(
    BASE32[a >> 15]!,
    BASE32[(a >> 10) & 31]!,
    BASE32[(a >> 5) & 31]!,
    BASE32[a & 31]!,
    BASE32[b >> 15]!,
    BASE32[(b >> 10) & 31]!,
    BASE32[(b >> 5) & 31]!,
    BASE32[b & 31]!,
    BASE32[c >> 15]!,
    BASE32[(c >> 10) & 31]!,
    BASE32[(c >> 5) & 31]!,
    BASE32[c & 31]!,
    BASE32[d >> 15]!,
    BASE32[(d >> 10) & 31]!,
    BASE32[(d >> 5) & 31]!,
    BASE32[d & 31]!,
  );
}
