/** Names of reverse zones. */
import { ipFromValue, parseIP } from "../net/ip.js";

/** The address of "7.1.244.10.in-addr.arpa." or of 32 nibbles under ip6.arpa; undefined for anything else. */
export function addressOfReverseName(name: string): string | undefined {
  const v4 = /^((?:\d{1,3}\.){4})in-addr\.arpa\.$/.exec(name);
  if (v4) return parseIP(v4[1]!.slice(0, -1).split(".").reverse().join("."))?.text;
  const v6 = /^((?:[0-9a-f]\.){32})ip6\.arpa\.$/.exec(name);
  if (!v6) return undefined;
  return ipFromValue("IPv6", BigInt(`0x${v6[1]!.split(".").reverse().join("")}`)).text;
}

/** "10.244.1.7" to "7.1.244.10.in-addr.arpa."; undefined when the text is no address. */
export function reverseNameOf(address: string): string | undefined {
  const ip = parseIP(address);
  if (!ip) return undefined;
  if (ip.family === "IPv4") return `${ip.text.split(".").reverse().join(".")}.in-addr.arpa.`;
  const nibbles = ip.value.toString(16).padStart(32, "0").split("").reverse();
  return `${nibbles.join(".")}.ip6.arpa.`;
}
