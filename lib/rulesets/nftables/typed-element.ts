/** Values of a listing that may stand in commands: a listing is anybody's text, a command is ours. */
import { parseCIDR } from "../../net/cidr.js";
import { parseIP } from "../../net/ip.js";
import type { NftElement } from "./types.js";

/** Whether a text is a name of a chain or set as nft's grammar has it, so that nothing in it is a command. */
export function isNftName(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9/._-]{0,255}$/.test(text);
}

const MOST_PORT = 65_535;

/** Whether each part of an element's key is a value of its datatype; false for datatypes kube-proxy does not use. */
export function isTypedElement({ key }: NftElement, keyType: readonly string[]): boolean {
  return key.length === keyType.length && key.every((part, i) => isTyped(part, keyType[i]!));
}

function isTyped(part: string | number, type: string): boolean {
  const text = String(part);
  switch (type) {
    case "ipv4_addr":
      return text.split("-").every((address) => isAddress(address, "IPv4"));
    case "ipv6_addr":
      return text.split("-").every((address) => isAddress(address, "IPv6"));
    case "inet_proto":
      return /^([a-z]{1,10}|\d{1,3})$/.test(text);
    case "inet_service":
      return /^\d{1,5}(-\d{1,5})?$/.test(text) && text.split("-").every((port) => Number(port) <= MOST_PORT);
    default:
      return false;
  }
}

function isAddress(text: string, family: "IPv4" | "IPv6"): boolean {
  if (!/^[0-9a-fA-F.:/]+$/.test(text)) return false;
  return (text.includes("/") ? parseCIDR(text)?.family : parseIP(text)?.family) === family;
}
