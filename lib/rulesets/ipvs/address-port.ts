/** "10.96.0.1:443" and "[fd00::1]:443", as ipvsadm prints them with -n. */
import { canonicalIP } from "../../net/ip.js";

export interface AddressAndPort {
  readonly address: string;
  readonly port: number;
}

/** A port number from 0 to 65535; undefined for anything else. */
export function parsePort(text: string): number | undefined {
  if (text.length === 0 || text.length > 5) return undefined;
  let port = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    port = port * 10 + digit;
  }
  return port <= 65535 ? port : undefined;
}

/** The canonical address and the port, or undefined for names and other text. */
export function parseAddressAndPort(text: string): AddressAndPort | undefined {
  const colon = text.lastIndexOf(":");
  if (colon < 1) return undefined;
  const port = parsePort(text.slice(colon + 1));
  const bracketed = text.charCodeAt(0) === 91;
  if (bracketed && text.charCodeAt(colon - 1) !== 93) return undefined;
  const address = canonicalIP(bracketed ? text.slice(1, colon - 1) : text.slice(0, colon));
  return port === undefined || address === undefined ? undefined : { address, port };
}
