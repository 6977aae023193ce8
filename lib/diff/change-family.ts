/** Changes of a node that serves both IP families say which of them is hurt: the other one may work. */
import type { IPFamily } from "../net/ip.js";
import type { Change } from "./types.js";

/** An IPv4 address, or an IPv6 one, which a name with its port is not. */
const ADDRESS = /\d+\.\d+\.\d+\.\d+|[\da-f]{0,4}:[\da-f]{0,4}:[\da-f:.]*/i;

/** The change as one of a family, for a report of both. */
export function ofFamily(change: Change, family: IPFamily): Change {
  return withFamilyTold({ ...change, ipFamily: family === "IPv6" ? "ipv6" : "ipv4" });
}

/** The change with its family behind the message, where no address tells it. */
export function withFamilyTold(change: Change): Change {
  if (change.ipFamily === undefined) return change;
  const { message, endpoint = "", frontend = "" } = change;
  const suffix = ` (${nameOfFamily(change.ipFamily)})`;
  const isTold = message.endsWith(suffix) || [message, endpoint, frontend].some((text) => ADDRESS.test(text));
  return isTold ? change : { ...change, message: message + suffix };
}

/** " over IPv6" where all of the changes are of that family; "" where they are of both, or of a node with one. */
export function overFamily(changes: readonly Change[]): string {
  const families = new Set(changes.map(({ ipFamily }) => ipFamily));
  const [only] = families;
  return families.size === 1 && only !== undefined ? ` over ${nameOfFamily(only)}` : "";
}

function nameOfFamily(family: "ipv4" | "ipv6"): IPFamily {
  return family === "ipv6" ? "IPv6" : "IPv4";
}
