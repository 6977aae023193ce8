/** IPv4 addresses within a text, read without making texts of them. */

const [DOT, ZERO, NINE] = [46, 48, 57];

/** The index behind the four numbers that begin there, none of them with zeros in front; below 0 where there is no address. */
export function endOfIPv4(text: string, from: number): number {
  let [octet, digits, dots] = [0, 0, 0];
  for (let at = from; ; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 0;
    if (code >= ZERO && code <= NINE) {
      if (digits > 0 && octet === 0) return -1;
      octet = octet * 10 + code - ZERO;
      digits++;
      if (octet > 255) return -1;
    } else if (digits > 0 && code === DOT && dots < 3) [octet, digits, dots] = [0, 0, dots + 1];
    else return digits > 0 && dots === 3 ? at : -1;
  }
}

/** The number of the IPv4 address that begins there, zeros in front of its octets or not. */
export function numberOfIPv4(text: string, from: number): number {
  let [value, octet, dots] = [0, 0, 0];
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= NINE) octet = octet * 10 + code - ZERO;
    else if (code !== DOT || ++dots > 3) break;
    else [value, octet] = [value * 256 + octet, 0];
  }
  return value * 256 + octet;
}
