/** Entries of a listing that may stand in commands. */
import { parseCIDR } from "../../net/cidr.js";
import { parseIP } from "../../net/ip.js";

/** Whether each part of an entry is an address, a network, a port, or a protocol with a port. */
export function isTypedEntry(text: string): boolean {
  return text.split(",").every((part) => {
    if (/^([a-z]{1,10}:)?\d{1,5}$/.test(part)) return true;
    if (!/^[0-9a-f.:/]+$/i.test(part)) return false;
    return (part.includes("/") ? parseCIDR(part) : parseIP(part)) !== undefined;
  });
}

/** Whether a text is a name of a set or chain in which nothing is a command. */
export function isPlainName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(text);
}
