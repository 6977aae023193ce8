/** Whether ip sets hold parts of a packet. */
import { canonicalEntry } from "../../rulesets/ipvs/canonical-entry.js";
import type { IPSet } from "../../rulesets/ipvs/types.js";
import { matchAddress, type AddressMatcher } from "../address-matcher.js";
import type { PacketState } from "../packet-state.js";

/** Undefined when the set is of a type that is not known, or asks for what is not known of the packet. */
export type SetTest = (directions: readonly string[], state: PacketState) => boolean | undefined;

/** Parts of an entry by set type. The last part of a set of networks is a network. */
const PARTS: Readonly<Record<string, readonly ("ip" | "port" | "bare-port" | "net")[]>> = {
  "hash:ip": ["ip"],
  "hash:net": ["net"],
  "hash:ip,port": ["ip", "port"],
  "hash:net,port": ["net", "port"],
  "hash:ip,port,ip": ["ip", "port", "ip"],
  "hash:ip,port,net": ["ip", "port", "net"],
  "bitmap:port": ["bare-port"],
};

/**
 * A test for a set; entries are indexed on first use.
 * Source: Linux net/netfilter/ipset; bitmap:port looks at TCP and UDP only (ip_set_get_ip_port).
 */
export function prepareIPSet(set: IPSet): SetTest {
  const parts = Object.hasOwn(PARTS, set.type) ? PARTS[set.type] : undefined;
  if (!parts || set.membersListed === false) return () => undefined;
  const network = parts.indexOf("net");
  let index: Map<string, AddressMatcher[]> | "not understood" | undefined;
  return (directions, state) => {
    if (directions.length < parts.length) return undefined;
    if (parts[0] === "bare-port" && state.protocol === "sctp") return false;
    index ??= indexEntries(set, network);
    if (index === "not understood") return undefined;
    const values: string[] = [];
    for (const [i, part] of parts.entries()) {
      const ofSource = directions[i] === "src";
      const port = ofSource ? state.sourcePort : state.destinationPort;
      const address = ofSource ? state.source : state.destination;
      if ((part === "port" || part === "bare-port") && port === undefined) return undefined;
      values.push(
        part === "net"
          ? ""
          : part === "ip"
            ? address.text
            : part === "port"
              ? `${state.protocol}:${port}`
              : String(port),
      );
    }
    const found = index.get(values.join(","));
    if (network < 0 || !found) return found !== undefined;
    const address = directions[network] === "src" ? state.source : state.destination;
    return found.some((matches) => matches(address));
  };
}

/** Entries by their text, networks taken out and kept aside. */
function indexEntries(set: IPSet, network: number): Map<string, AddressMatcher[]> | "not understood" {
  const index = new Map<string, AddressMatcher[]>();
  for (const { text } of set.entries) {
    const parts = canonicalEntry(text).split(",");
    if (parts.some((part) => part.includes(" "))) return "not understood";
    const matchers: AddressMatcher[] = [];
    if (network >= 0) {
      const matcher = matchAddress(parts[network] ?? "");
      if (!matcher) return "not understood";
      matchers.push(matcher);
      parts[network] = "";
    }
    const key = parts.join(",");
    const known = index.get(key);
    if (known) known.push(...matchers);
    else index.set(key, matchers);
  }
  return index;
}
