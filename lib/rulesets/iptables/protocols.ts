/** Protocol names and numbers. Source: iptables xtables_chain_protos, and /etc/protocols for what CNIs and routers use. */
const NAMES: Readonly<Record<string, string>> = {
  "1": "icmp",
  "2": "igmp",
  "4": "ipencap",
  "6": "tcp",
  "17": "udp",
  "47": "gre",
  "50": "esp",
  "51": "ah",
  "58": "ipv6-icmp",
  "89": "ospf",
  "112": "vrrp",
  "132": "sctp",
  "135": "ipv6-mh",
  "136": "udplite",
};

/** Made when it is asked for: most runs name protocols as they are printed. */
let numbers: ReadonlyMap<string, string> | undefined;

function numberOf(name: string): string | undefined {
  numbers ??= new Map([...Object.entries(NAMES).map(swapped), ["icmpv6", "58"], ["mh", "135"]]);
  return numbers.get(name);
}

const swapped = ([number, name]: readonly [string, string]): [string, string] => [name, number];

/** The name iptables-save prints for a protocol given by name or number; what is not known stays, "all" and "0" are "all". */
export function protocolName(text: string): string {
  const lower = text.toLowerCase();
  if (lower === "all" || lower === "0") return "all";
  const number = numberOf(lower) ?? lower;
  return Object.hasOwn(NAMES, number) ? NAMES[number]! : lower;
}

/** The number of a protocol, in text; what is not known stays. */
export function protocolNumber(text: string): string {
  const lower = text.toLowerCase();
  return numberOf(lower) ?? lower;
}
