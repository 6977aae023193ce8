/** Constants that nft prints by name or, with -n, by number. */

/** Numbers of protocols, as /etc/protocols names them. */
const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, "icmp"],
  [2, "igmp"],
  [6, "tcp"],
  [17, "udp"],
  [33, "dccp"],
  [41, "ipv6"],
  [47, "gre"],
  [50, "esp"],
  [51, "ah"],
  [58, "ipv6-icmp"],
  [108, "comp"],
  [132, "sctp"],
  [136, "udplite"],
]);

const CT_STATES: ReadonlyMap<number, string> = new Map([
  [1, "invalid"],
  [2, "established"],
  [4, "related"],
  [8, "new"],
  [64, "untracked"],
]);

const CT_STATUSES: ReadonlyMap<number, string> = new Map([
  [1, "expected"],
  [2, "seen-reply"],
  [4, "assured"],
  [8, "confirmed"],
  [16, "snat"],
  [32, "dnat"],
  [512, "dying"],
]);

const ROUTE_TYPES: ReadonlyMap<number, string> = new Map([
  [1, "unicast"],
  [2, "local"],
  [3, "broadcast"],
  [4, "anycast"],
  [5, "multicast"],
  [6, "blackhole"],
  [7, "unreachable"],
  [8, "prohibit"],
]);

function lookUp(names: ReadonlyMap<number, string>, value: string | number): string | number {
  const n = typeof value === "number" ? value : value.charCodeAt(0) <= 57 ? Number(value) : NaN;
  return names.get(n) ?? value;
}

/** Name of a protocol given by name or number. */
export const protocolName = (value: string | number): string | number =>
  value === "tcp" || value === "udp" ? value : lookUp(PROTOCOLS, value === "icmpv6" ? 58 : value);
export const ctStateName = (value: string | number): string | number => lookUp(CT_STATES, value);
export const ctStatusName = (value: string | number): string | number => lookUp(CT_STATUSES, value);
export const routeTypeName = (value: string | number): string | number => lookUp(ROUTE_TYPES, value);

const PRIORITIES: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};

/**
 * A chain's priority: "-110", "dstnat", "dstnat - 10", "filter + 10" (words or one text), or undefined.
 * The names have other values in the bridge family, which kube-proxy does not use.
 */
export function readPriority(text: string): number | undefined {
  const parts = /^\s*(-?\d{1,10}|[a-z]+)\s*(?:([+-])\s*(\d{1,10}))?\s*$/.exec(text);
  if (!parts) return undefined;
  const base = Object.hasOwn(PRIORITIES, parts[1]!) ? PRIORITIES[parts[1]!]! : Number(parts[1]);
  if (!Number.isFinite(base)) return undefined;
  const offset = parts[3] === undefined ? 0 : Number(parts[3]);
  return parts[2] === "-" ? base - offset : base + offset;
}

/** As `nft list` prints a priority: by name where it is one, or at most 10 from one. */
export function printPriority(priority: number, hook: string): string {
  for (const [name, value] of Object.entries(PRIORITIES)) {
    if (name === "dstnat" && hook !== "prerouting") continue;
    if (name === "srcnat" && hook !== "postrouting") continue;
    const offset = priority - value;
    if (offset === 0) return name;
    if (Math.abs(offset) <= 10) return `${name} ${offset < 0 ? "-" : "+"} ${Math.abs(offset)}`;
  }
  return String(priority);
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { w: 604800, d: 86400, h: 3600, m: 60, s: 1, ms: 0.001 };

/** Seconds of "10800s", "3h", "1d2h3m4s", "2h59m59s992ms"; undefined when it is no duration. A bare number is seconds. */
export function readDuration(text: string): number | undefined {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  if (!/^(?:\d{1,15}(?:ms|[wdhms]))+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[wdhms])/g)) seconds += Number(amount) * UNIT_SECONDS[unit!]!;
  return seconds;
}

/** As `nft list` prints a duration of whole seconds: "3h", "1d2h3m4s", "0s". */
export function printDuration(seconds: number): string {
  let rest = seconds;
  let text = "";
  for (const unit of ["d", "h", "m", "s"]) {
    const amount = Math.floor(rest / UNIT_SECONDS[unit]!);
    rest -= amount * UNIT_SECONDS[unit]!;
    if (amount > 0) text += `${amount}${unit}`;
  }
  return text === "" ? "0s" : text;
}

/** "0x" and 8 lower-case hex digits, as kube-proxy and nft write marks. */
export function printMark(mark: number): string {
  return `0x${(mark >>> 0).toString(16).padStart(8, "0")}`;
}
