/** A virtual server whose real servers stay lines of ipvsadm-save until somebody asks for one of them. */
import type { RealServer, VirtualServer } from "./types.js";

/** Lines that add real servers to one virtual server, as ipvsadm-save prints them. */
export interface RealServerLines {
  readonly file: string;
  readonly text: string;
  readonly start: number;
  /** Behind the line feed of the last. */
  readonly end: number;
  readonly count: number;
  /** Number of the first. */
  readonly line: number;
  /** Characters of each up to what stands behind "-r ". */
  readonly indent: number;
}

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const PORT = "0|[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}";
/** What stands behind "-r ": an IPv4 address, a port and a weight, in the one spelling of each; rarer ones are read word by word. */
const USUAL = new RegExp(`(${OCTET}(?:\\.${OCTET}){3}):(${PORT}) -m -w (0|[1-9]\\d{0,3})\\n`, "y");
const HOW = " -m -w ";

/** The usual lines from `start` on; `prefix`: their words up to "-r " and the blank behind it. */
export function findRealServerLines(
  { file, text }: Pick<RealServerLines, "file" | "text">,
  { start, line }: Pick<RealServerLines, "start" | "line">,
  prefix: string,
): RealServerLines {
  let end = start;
  let count = 0;
  for (; text.startsWith(prefix, end); count++) {
    USUAL.lastIndex = end + prefix.length;
    if (!USUAL.test(text)) break;
    end = USUAL.lastIndex;
  }
  return { file, text, start, end, count, line, indent: prefix.length };
}

export class ListedServer implements VirtualServer {
  declare readonly protocol: VirtualServer["protocol"];
  declare readonly address: string;
  declare readonly port: number;
  declare readonly scheduler: string;
  declare readonly flags: readonly string[];
  declare readonly persistenceSeconds: number | undefined;
  /** A property of its own, as of any virtual server. */
  declare readonly realServers: RealServer[];
  #lines: RealServerLines | undefined;
  #read: RealServer[] | undefined;

  static readonly #REAL_SERVERS: PropertyDescriptor & ThisType<ListedServer> = {
    enumerable: true,
    get() {
      this.#read ??= this.#lines ? readLines(this.#lines) : [];
      return this.#read;
    },
  };

  constructor(head: Omit<VirtualServer, "realServers">) {
    Object.assign(this, head);
    Object.defineProperty(this, "realServers", ListedServer.#REAL_SERVERS);
  }

  /** Takes its first real servers. */
  take(lines: RealServerLines): void {
    this.#lines = lines;
  }

  /** Whether its lines, of which none has been read, are of the same real servers as another one of its name has. */
  static listsThoseOf(server: VirtualServer, { realServers }: VirtualServer): boolean {
    if (!(#lines in server) || !server.#lines || server.#read) return false;
    const lines = server.#lines;
    return lines.count === realServers.length && (areInOrder(lines, realServers) || areInSomeOrder(lines, realServers));
  }
}

/** Usual lines have one spelling each, so they are compared where they stand. */
function areInOrder({ text, start, indent }: RealServerLines, servers: readonly RealServer[]): boolean {
  let at = start;
  for (const { address, port, forwarding, weight, mostConnections } of servers) {
    if (forwarding !== "masquerade" || mostConnections !== undefined) return false;
    at += indent;
    if (!text.startsWith(address, at)) return false;
    at += address.length;
    if (text.charCodeAt(at) !== COLON) return false;
    const end = endOfNumber(text, at + 1, port);
    if (end < 0 || !text.startsWith(HOW, end)) return false;
    at = endOfNumber(text, end + HOW.length, weight);
    if (at < 0 || text.charCodeAt(at++) !== LINE_FEED) return false;
  }
  return true;
}

/** The kernel lists real servers in the order in which they came to be. */
function areInSomeOrder({ text, start, end, indent }: RealServerLines, servers: readonly RealServer[]): boolean {
  const wanted = new Set<string>();
  for (const { address, port, forwarding, weight, mostConnections } of servers) {
    if (forwarding !== "masquerade" || mostConnections !== undefined) return false;
    wanted.add(`${address}:${port}${HOW}${weight}`);
  }
  for (let at = start; at < end;) {
    const lineEnd = text.indexOf("\n", at);
    // Twice the same line stands for one real server.
    if (!wanted.delete(text.slice(at + indent, lineEnd))) return false;
    at = lineEnd + 1;
  }
  return wanted.size === 0;
}

const COLON = 58;
const LINE_FEED = 10;

/** Behind the digits at `at`, where they spell the number; else -1. */
function endOfNumber(text: string, at: number, number: number): number {
  let value = 0;
  for (let i = at; ; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return i > at && value === number ? i : -1;
    value = value * 10 + digit;
  }
}

function readLines({ file, text, start, end, line, indent }: RealServerLines): RealServer[] {
  const servers: RealServer[] = [];
  for (let at = start; at < end; at = USUAL.lastIndex) {
    USUAL.lastIndex = at + indent;
    const [, address, port, weight] = USUAL.exec(text) as unknown as [string, string, string, string];
    servers.push({
      address,
      port: Number(port),
      forwarding: "masquerade",
      weight: Number(weight),
      at: { file, line: line + servers.length },
    });
  }
  return servers;
}
