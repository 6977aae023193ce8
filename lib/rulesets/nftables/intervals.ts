/** Sets of addresses as sorted, merged intervals: the form in which the kernel keeps them. */
import { addressBits, parseCIDR } from "../../net/cidr.js";
import { ipFromValue, parseIP, type IPFamily } from "../../net/ip.js";

interface Interval {
  readonly family: IPFamily;
  first: bigint;
  last: bigint;
}

/** The interval of "ADDR", "ADDR/LENGTH" or "ADDR-ADDR"; undefined when the text is none. */
function readInterval(text: string): Interval | undefined {
  const dash = text.indexOf("-");
  if (dash > 0) {
    const first = parseIP(text.slice(0, dash));
    const last = parseIP(text.slice(dash + 1));
    if (!first || !last || first.family !== last.family || first.value > last.value) return undefined;
    return { family: first.family, first: first.value, last: last.value };
  }
  if (text.includes("/")) {
    const cidr = parseCIDR(text);
    if (!cidr) return undefined;
    const size = 1n << BigInt(addressBits(cidr.family) - cidr.prefix);
    return { family: cidr.family, first: cidr.base, last: cidr.base + size - 1n };
  }
  const ip = parseIP(text);
  return ip && { family: ip.family, first: ip.value, last: ip.value };
}

/** "ADDR", "ADDR/LENGTH" where the interval is a network, else "ADDR-ADDR". */
function printInterval({ family, first, last }: Interval): string {
  const from = ipFromValue(family, first).text;
  if (first === last) return from;
  const size = last - first + 1n;
  const hostBits = size.toString(2).length - 1;
  if (size === 1n << BigInt(hostBits) && first % size === 0n) return `${from}/${addressBits(family) - hostBits}`;
  return `${from}-${ipFromValue(family, last).text}`;
}

/**
 * Addresses, networks and ranges sorted and merged where they overlap or touch; undefined when a text is none of these
 * or families are mixed.
 */
export function mergeIntervals(texts: readonly string[]): string[] | undefined {
  const intervals: Interval[] = [];
  for (const text of texts) {
    const interval = readInterval(text);
    if (!interval || interval.family !== (intervals[0] ?? interval).family) return undefined;
    intervals.push(interval);
  }
  intervals.sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const merged: Interval[] = [];
  for (const interval of intervals) {
    const previous = merged.at(-1);
    if (!previous || interval.first > previous.last + 1n) merged.push({ ...interval });
    else if (interval.last > previous.last) previous.last = interval.last;
  }
  return merged.map(printInterval);
}
