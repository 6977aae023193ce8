/** Lines of ipvsadm, ipset and ip addr: which are about addresses and ports that packets of the Services have. */
import { canonicalIP } from "../net/ip.js";
import type { Reach } from "./reach.js";

const SAVED_SERVER = /^-[Aa] -[tu] (\S+)|^-[Aa] --(?:tcp|udp|sctp)-service (\S+)/;
const LISTED_SERVER = /^(?:TCP|UDP|SCTP) {1,3}(\S+) /;
const ENDPOINT = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/;
const ADDED = /^add (\S+) (\S+)/;
const INTERFACE = /^\d+: ([^:@ ]+)[:@ ]/;
const BOUND = /^\s+inet6? (\S+)|^\d+: kube-ipvs0\s+inet6? (\S+)/;
const NO_SERVERS = [
  "IP Virtual Server version 1.2.1 (size=4096)",
  "Prot LocalAddress:Port Scheduler Flags",
  "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn",
];
/** Where kube-proxy binds the addresses of Services. */
const IPVS_INTERFACE = "kube-ipvs0";

/** Whether an entry of one of kube-proxy's sets is about the Services: "10.96.0.1,tcp:80", "30080", "10.1.2.3,tcp:8080,10.1.2.3". */
export function isEntryMet(set: string, entry: string, reach: Reach): boolean {
  const [first = "", second = ""] = entry.split(",");
  const address = canonicalIP(first.split("/")[0]!);
  const port = Number(/(?:^|:)(\d+)$/.exec(address === undefined ? first : second)?.[1]);
  if (address === undefined) return Number.isNaN(port) || reach.nodePorts.has(port);
  // An endpoint that reaches itself.
  if (set.endsWith("LOOP-BACK")) return reach.goesOnTo(address, port, second.split(":")[0]!);
  return reach.frontends.has(address) || reach.backends.has(address) || reach.nodePorts.has(port);
}

function serverIn(line: string): string | undefined {
  const [, short, long] = SAVED_SERVER.exec(line) ?? LISTED_SERVER.exec(line) ?? [];
  return short ?? long;
}

/** Whether a virtual server is one that packets of the Services meet: "10.96.0.1:80", "[fd00::1]:80". */
function isServerMet(server: string, reach: Reach): boolean {
  const [, bracketed, plain, port] = ENDPOINT.exec(server) ?? [];
  const address = canonicalIP(bracketed ?? plain ?? "");
  return address === undefined || reach.frontends.has(address) || reach.nodePorts.has(Number(port));
}

/** Reads lines in order, as some belong to the one before them. */
export class LineTools {
  #keepsDestinations = true;
  #serversSeen = 0;
  #serversKept = 0;
  #interface = "";
  #keepsLifetime = true;

  constructor(readonly reach: Reach) {}

  /** Virtual servers of the node, for the first reading. */
  learnServer(line: string): void {
    const server = serverIn(line);
    if (server === undefined || line.startsWith("-a")) return;
    const [, bracketed, plain] = ENDPOINT.exec(server) ?? [];
    const address = canonicalIP(bracketed ?? plain ?? "");
    if (address !== undefined) this.reach.serversSeen.add(address);
    if (isServerMet(server, this.reach)) this.reach.serversMet++;
  }

  /** Addresses of the node, for the first reading. */
  learnAddress(line: string): void {
    this.#interface = INTERFACE.exec(line)?.[1] ?? this.#interface;
    const bound = BOUND.exec(line)?.[1];
    if (bound !== undefined && this.#interface !== IPVS_INTERFACE) this.reach.addNodeAddress(bound.split("/")[0]!);
  }

  /** Whether the line is kept; undefined for a line of something else. */
  keeps(line: string): boolean | undefined {
    const server = serverIn(line);
    if (server !== undefined) return this.#server(line, server);
    if (/^\s+-> /.test(line)) return this.#keepsDestinations;
    const [, set, entry] = ADDED.exec(line) ?? [];
    if (set !== undefined) return !set.startsWith("KUBE-") || isEntryMet(set, entry!, this.reach);
    return this.#keepsAddress(line);
  }

  #server(line: string, server: string): boolean {
    if (line.startsWith("-")) this.#serversSeen++;
    const isKept = (this.#keepsDestinations = isServerMet(server, this.reach));
    if (isKept) this.#serversKept++;
    return isKept;
  }

  /** Where none of the saved virtual servers is kept: what ipvsadm -Ln prints when there are none, as saving prints nothing. */
  finish(): readonly string[] {
    return this.#serversSeen > 0 && this.#serversKept === 0 ? NO_SERVERS : [];
  }

  #keepsAddress(line: string): boolean | undefined {
    this.#interface = INTERFACE.exec(line)?.[1] ?? this.#interface;
    if (this.#interface !== IPVS_INTERFACE) return undefined;
    const [, own, oneLine] = BOUND.exec(line) ?? [];
    const bound = own ?? oneLine;
    if (bound === undefined) return /^\s+valid_lft /.test(line) ? this.#keepsLifetime : undefined;
    const address = canonicalIP(bound.split("/")[0]!);
    return (this.#keepsLifetime =
      address === undefined || this.reach.frontends.has(address) || bound.startsWith("fe80:"));
  }
}
