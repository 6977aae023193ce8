/** Reads `ipvsadm-save -n` and `ipvsadm -S -n`: the commands that `ipvsadm -R` takes. */
import { parseAddressAndPort, parsePort, type AddressAndPort } from "./address-port.js";
import { cutListing, forEachLine, unreadableLine, unreadableOrCut, wordsOf, type ListingText } from "./lines.js";
import { findRealServerLines, type RealServerLines } from "./listed-server.js";
import { isScheduler, parseSchedulerFlags } from "./scheduler-flags.js";
import type { Forwarding, IPVSProtocol, ListingPlace, RealServer } from "./types.js";
import { createVirtualServerReader, type VirtualServerListing } from "./virtual-server-reader.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";

const WHAT = "ipvsadm-save";

const PROTOCOL_OF: ReadonlyMap<string, IPVSProtocol> = new Map([
  ["-t", "tcp"],
  ["--tcp-service", "tcp"],
  ["-u", "udp"],
  ["--udp-service", "udp"],
  ["--sctp-service", "sctp"],
]);

const FORWARDING_OF: ReadonlyMap<string, Forwarding> = new Map([
  ["-m", "masquerade"],
  ["--masquerading", "masquerade"],
  ["-g", "route"],
  ["--gatewaying", "route"],
  ["-i", "tunnel"],
  ["--ipip", "tunnel"],
]);

/** Options with one value that no comparison needs: when a limit ends, and kinds of tunnel. */
const PASSED_OVER = new Set(["-y", "--l-threshold", "--tun-type", "--tun-port"]);
const PASSED_OVER_ALONE = new Set(["--tun-nocsum", "--tun-csum", "--tun-remcsum"]);

/** What ipvsadm itself takes for options that are left out. */
const DEFAULT_SCHEDULER = "wlc";
const DEFAULT_PERSISTENCE_SECONDS = 300;

/** Everything one command says; undefined where it says nothing. */
interface Command {
  readonly adds: "virtual-server" | "real-server";
  firewallMark?: boolean;
  protocol?: IPVSProtocol;
  service?: AddressAndPort;
  scheduler?: string;
  flags?: string;
  persistenceSeconds?: number;
  persistenceMask?: string;
  persistenceEngine?: string;
  onePacket?: boolean;
  realServer?: AddressAndPort;
  forwarding?: Forwarding;
  weight?: number;
  mostConnections?: number;
}

/** The command's parts, or what is wrong with it. */
function readCommand(words: readonly string[]): Command | string {
  let i = words[0] === "ipvsadm" ? 1 : 0;
  const verb = words[i++];
  const adds =
    verb === "-A" || verb === "--add-service"
      ? "virtual-server"
      : verb === "-a" || verb === "--add-server"
        ? "real-server"
        : undefined;
  if (!adds) return "expected -A or -a";
  const command: Command = { adds };
  while (i < words.length) {
    const option = words[i++]!;
    const protocol = PROTOCOL_OF.get(option);
    const forwarding = FORWARDING_OF.get(option);
    if (protocol) {
      command.protocol = protocol;
      command.service = parseAddressAndPort(words[i++] ?? "");
      if (!command.service) return NOT_NUMERIC;
    } else if (forwarding) command.forwarding = forwarding;
    else if (option === "-r" || option === "--real-server") {
      command.realServer = parseAddressAndPort(words[i++] ?? "");
      if (!command.realServer) return NOT_NUMERIC;
    } else if (option === "-w" || option === "--weight") {
      command.weight = parseCount(words[i++]);
      if (command.weight === undefined) return "the weight is no number";
    } else if (option === "-x" || option === "--u-threshold") {
      command.mostConnections = parseCount(words[i++]);
      if (command.mostConnections === undefined) return "the limit of connections is no number";
    } else if (option === "-s" || option === "--scheduler") command.scheduler = words[i++] ?? "";
    else if (option === "-p" || option === "--persistent") {
      command.persistenceSeconds = parseCount(words[i]);
      if (command.persistenceSeconds === undefined) command.persistenceSeconds = DEFAULT_PERSISTENCE_SECONDS;
      else i++;
    } else if (option === "-M" || option === "--netmask") command.persistenceMask = words[i++] ?? "";
    else if (option === "--pe") command.persistenceEngine = words[i++] ?? "";
    else if (option === "-o" || option === "--ops") command.onePacket = true;
    else if (option === "-b" || option === "--sched-flags") command.flags = words[i++] ?? "";
    else if (option === "-f" || option === "--fwmark-service") {
      command.firewallMark = true;
      i++;
    } else if (option === "-6" || option === "--ipv6") continue;
    else if (PASSED_OVER.has(option)) i++;
    else if (!PASSED_OVER_ALONE.has(option)) return `option ${option.slice(0, 20)} is not known`;
  }
  if (command.firewallMark) return command;
  if (!command.service) return "expected -t, -u or --sctp-service";
  if (adds === "real-server" && !command.realServer) return "expected -r";
  return command;
}

/** Whether the command, read from a line that the text ends in, lacks what ipvsadm-save always prints. */
function isBeginning({ adds, forwarding, weight, scheduler, firewallMark }: Command, lastWord: string): boolean {
  if (lastWord.startsWith("-")) return lastWord !== "-o" && lastWord !== "--ops";
  if (adds === "real-server") return forwarding === undefined || weight === undefined;
  return scheduler === undefined ? !firewallMark : !isScheduler(scheduler);
}

/** "-a -t 10.96.0.1:443 -r " of the words of "-A -t 10.96.0.1:443 -s rr"; undefined where they are in another order. */
function prefixOfRealServers([verb, option, service, ...rest]: readonly string[]): string | undefined {
  const isUsual = verb === "-A" && (option === "-t" || option === "-u") && !rest.some((word) => PROTOCOL_OF.has(word));
  return isUsual ? `-a ${option} ${service} -r ` : undefined;
}

interface ServiceAddress extends AddressAndPort {
  readonly protocol: IPVSProtocol;
}

/**
 * The quick way for most lines of a long listing: "ADDRESS:PORT -m -w WEIGHT" from `start` to the end, with blanks
 * around as ipvsadm prints them. Undefined for anything else.
 */
function readUsualRealServer(line: string, start: number, file: string, number: number): RealServer | undefined {
  const end = line.indexOf(" -m -w ", start);
  if (end < 0) return undefined;
  const target = parseAddressAndPort(line.slice(start, end));
  const weight = parsePort(line.slice(end + " -m -w ".length));
  if (!target || weight === undefined) return undefined;
  return { address: target.address, port: target.port, forwarding: "masquerade", weight, at: { file, line: number } };
}

const NOT_NUMERIC = "expected ADDRESS:PORT in numbers; take the listing with -n";

function parseCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** A virtual server told by firewall mark: kube-proxy makes none, so it is no part of the comparison. */
export function firewallMarkNote(at: ListingPlace): Diagnostic {
  return {
    code: "ipvs-firewall-mark",
    severity: "note",
    message: "virtual servers told by firewall mark are not kube-proxy's and are left out",
    at,
  };
}

/**
 * The virtual servers with their real servers, in the order read; blank lines and `#` comments are passed over.
 * Left-out options mean what they mean to ipvsadm: scheduler wlc, weight 1, route, persistence of 300 seconds.
 */
export function parseIpvsadmSave(input: ListingText): VirtualServerListing {
  const reader = createVirtualServerReader();
  const diagnostics: Diagnostic[] = [];
  let marksSeen = false;
  /** The service of the real server before, and the words that name it. */
  let lastText = "";
  let last: ServiceAddress | undefined;
  /** Of the lines that add real servers to the virtual server just read. */
  let prefix: string | undefined;
  const takeRun = (start: number, line: number): RealServerLines | undefined => {
    if (prefix === undefined) return undefined;
    const lines = findRealServerLines(input, { start, line }, prefix);
    prefix = undefined;
    return lines.count > 0 && reader.addRealServerLines(lines) ? lines : undefined;
  };
  const takeLine = (line: string, number: number, isOpen: boolean) => {
    if (last && line.startsWith(lastText)) {
      const realServer = readUsualRealServer(line, lastText.length, input.file, number);
      if (realServer && reader.addRealServer(last.protocol, last, realServer)) return;
    }
    const words = wordsOf(line);
    if (words.length === 0 || words[0]!.startsWith("#")) return;
    const at = { file: input.file, line: number };
    const command = readCommand(words);
    if (typeof command === "string") diagnostics.push(unreadableOrCut(at, WHAT, line, { isOpen, note: command }));
    else if (isOpen && isBeginning(command, words.at(-1)!)) diagnostics.push(cutListing(at, WHAT));
    else if (command.firewallMark) {
      if (!marksSeen) diagnostics.push(firewallMarkNote(at));
      marksSeen = true;
    } else if (command.adds === "virtual-server") {
      const scheduler = command.scheduler ?? DEFAULT_SCHEDULER;
      const added = reader.addVirtualServer({
        protocol: command.protocol!,
        ...command.service!,
        scheduler,
        flags: parseSchedulerFlags(command.flags ?? "", scheduler),
        persistenceSeconds: command.persistenceSeconds,
        ...(command.persistenceMask !== undefined && { persistenceMask: command.persistenceMask }),
        ...(command.persistenceEngine !== undefined && { persistenceEngine: command.persistenceEngine }),
        ...(command.onePacket && { onePacket: true }),
        at,
      });
      if (!added)
        diagnostics.push(
          unreadableLine(at, WHAT, line, "this virtual server was listed before, with other attributes"),
        );
      else prefix = prefixOfRealServers(words);
    } else {
      const added = reader.addRealServer(command.protocol!, command.service!, {
        ...command.realServer!,
        forwarding: command.forwarding ?? "route",
        weight: command.weight ?? 1,
        ...(command.mostConnections && { mostConnections: command.mostConnections }),
        at,
      });
      if (!added) diagnostics.push(unreadableLine(at, WHAT, line, "its virtual server was not listed before it"));
      last = { protocol: command.protocol!, ...command.service! };
      lastText = line.slice(0, line.indexOf(" -r ") + " -r ".length);
    }
  };
  forEachLine(input, takeLine, takeRun);
  return reader.finish(input.file, diagnostics);
}
