/** A virtual server whose real servers stay lines of ipvsadm-save until somebody asks for one of them. */
import { realServerAttributes, serviceOption } from "./print.js";
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
}

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const PORT = "0|[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}";
/** What stands behind "-r ": an IPv4 address, a port and a weight, in the one spelling of each; rarer ones are read word by word. */
const USUAL = new RegExp(`(${OCTET}(?:\\.${OCTET}){3}):(${PORT}) -m -w (0|[1-9]\\d{0,3})\\n`, "y");
const TARGET = " -r ";

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
  return { file, text, start, end, count, line };
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

  /** Whether its lines, of which none has been read, are those of the real servers of another one of its name. */
  static listsThoseOf(server: VirtualServer, other: VirtualServer): boolean {
    if (!(#lines in server) || !server.#lines || server.#read) return false;
    const { text, start, end } = server.#lines;
    const lines = linesOf(other);
    return lines !== undefined && lines.length === end - start && text.slice(start, end) === lines;
  }
}

/** Undefined where lines of ipvsadm-save do not tell all. */
function linesOf(server: VirtualServer): string | undefined {
  const add = `-a ${serviceOption(server)}`;
  let lines = "";
  for (const realServer of server.realServers) {
    if (realServer.mostConnections !== undefined) return undefined;
    lines += add + realServerAttributes(realServer) + "\n";
  }
  return lines;
}

function readLines({ file, text, start, end, line }: RealServerLines): RealServer[] {
  const servers: RealServer[] = [];
  for (let at = start; at < end; at = USUAL.lastIndex) {
    USUAL.lastIndex = text.indexOf(TARGET, at) + TARGET.length;
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
