/** The text of `conntrack -L`. */
import type { Source } from "../source/source.js";
import { eachLine } from "../source/each-line.js";
import type { ConntrackEntry } from "./types.js";

const PROTOCOLS = new Set(["tcp", "udp", "sctp"]);

/** One line: protocol, the original direction's addresses and ports, then the reply's; undefined for anything else. */
export function parseConntrackLine(line: string, number: number): ConntrackEntry | undefined {
  const words = line.trim().split(/\s+/);
  // `conntrack -L -o extended` and /proc/net/nf_conntrack put the family in front.
  const start = words[0] === "ipv4" || words[0] === "ipv6" ? 2 : 0;
  const protocol = words[start];
  if (protocol === undefined || !PROTOCOLS.has(protocol)) return undefined;
  const values = (key: string) =>
    words.flatMap((word) => (word.startsWith(`${key}=`) ? [word.slice(key.length + 1)] : []));
  const [source, replySource] = values("src");
  const [destination] = values("dst");
  const [port] = values("dport");
  if (!source || !destination || !replySource || !port || !/^\d{1,5}$/.test(port)) return undefined;
  return { protocol, original: { source, destination, port: Number(port) }, replySource, line: number };
}

/** The flows of a source; lines that are none are passed over. */
export function parseConntrack(source: Source): ConntrackEntry[] {
  const entries: ConntrackEntry[] = [];
  eachLine(source, (line, number) => {
    const entry = parseConntrackLine(line, number);
    if (entry) entries.push(entry);
  });
  return entries;
}
