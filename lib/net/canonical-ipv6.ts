/**
 * True for IPv6 text that is already canonical (RFC 5952) and no IPv4-mapped address; spares most addresses a parse.
 * False says nothing: the text may still be an address.
 */
export function isCanonicalIPv6(text: string): boolean {
  const n = text.length;
  if (n < 2 || n > 39 || text.startsWith("::ffff:")) return false;
  let groups = 0;
  let gapAt = -1;
  let zeros = 0;
  let longestBeforeGap = 0;
  let longestAfterGap = 0;
  let i = 0;
  while (i < n) {
    if (text.charCodeAt(i) === 58) {
      // Only "::" is left to stand here: between groups, the single colon is taken with the group before it.
      if (gapAt >= 0 || text.charCodeAt(i + 1) !== 58) return false;
      if (zeros > 0) return false;
      gapAt = groups;
      i += 2;
      continue;
    }
    const start = i;
    let c = 0;
    while (i < n && isHexDigit((c = text.charCodeAt(i)))) i++;
    const length = i - start;
    if (length === 0 || length > 4) return false;
    const zero = text.charCodeAt(start) === 48;
    if (zero && (length > 1 || gapAt === groups)) return false;
    groups++;
    zeros = zero ? zeros + 1 : 0;
    if (gapAt < 0) longestBeforeGap = Math.max(longestBeforeGap, zeros);
    else longestAfterGap = Math.max(longestAfterGap, zeros);
    if (i === n) break;
    if (c !== 58 || i === n - 1) return false;
    // A single colon belongs to the group; of "::" both stay.
    if (text.charCodeAt(i + 1) !== 58) i++;
  }
  if (gapAt < 0) return groups === 8 && longestBeforeGap < 2;
  const gap = 8 - groups;
  return gap >= 2 && longestBeforeGap < gap && longestAfterGap <= gap;
}

/** 0-9 and a-f. */
function isHexDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 102);
}
