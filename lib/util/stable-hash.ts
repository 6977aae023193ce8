/** murmur3's last step: every bit of the number reaches every other. */
function mix(number: number): number {
  let h = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * 53 bits of a text, from 0 to 2^53 - 1, that stay the same for ever: addresses and names that are made up hang on them.
 * Two independent 32-bit lanes over the code units.
 */
export function stableHash(text: string): number {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul((b << 7) ^ (b >>> 25) ^ unit, 0x5bd1e995);
  }
  return mix(a) * 2 ** 21 + (mix(b ^ text.length) >>> 11);
}
