/** Reads `ipvsadm -Ln`, also with --stats, --rate, --persistent-conn or --thresholds. */
import { parseAddressAndPort, type AddressAndPort } from "./address-port.js";
import { cutListing, forEachLine, unreadableOrCut, wordsOf, type ListingText } from "./lines.js";
import { firewallMarkNote } from "./parse-ipvsadm-save.js";
import { isScheduler, parseSchedulerFlags } from "./scheduler-flags.js";
import type { Forwarding, IPVSProtocol, ListingPlace, RealServer, ListingField } from "./types.js";
import {
  createVirtualServerReader,
  type VirtualServerHead,
  type VirtualServerListing,
} from "./virtual-server-reader.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";

const WHAT = "ipvsadm -Ln";

const PROTOCOL_OF: ReadonlyMap<string, IPVSProtocol> = new Map([
  ["TCP", "tcp"],
  ["UDP", "udp"],
  ["SCTP", "sctp"],
]);

const FORWARDING_OF: ReadonlyMap<string, Forwarding> = new Map([
  ["Masq", "masquerade"],
  ["Route", "route"],
  ["Tunnel", "tunnel"],
  ["Local", "local"],
]);

/** Which columns follow; told by the heading. */
type Columns = "default" | "counters" | "persistent-conn" | "thresholds";

const FIELDS_NOT_LISTED: Readonly<Record<Columns, readonly ListingField[]>> = {
  default: [],
  counters: ["attributes", "weight", "forwarding"],
  "persistent-conn": ["forwarding"],
  thresholds: ["weight", "forwarding"],
};

/** The columns that a heading line starts, or undefined when it is none. */
function columnsOfHeading(words: readonly string[]): Columns | undefined {
  if (words[0] !== "Prot") return undefined;
  if (words.includes("Conns") || words.includes("CPS")) return "counters";
  if (words.includes("PersistConn")) return "persistent-conn";
  if (words.includes("Uthreshold")) return "thresholds";
  return "default";
}

/** Words of a real server's line, by the columns. */
const WORDS_OF_SERVER: Readonly<Record<Columns, number>> = {
  default: 6,
  counters: 7,
  "persistent-conn": 6,
  thresholds: 6,
};

/** Whether a line that the text ends in lacks words that ipvsadm always prints. */
function isBeginning(words: readonly string[], columns: Columns): boolean {
  const [first, second, third] = words;
  if (first === "Prot") return true;
  if (first === "->") return second === "RemoteAddress:Port" ? false : words.length < WORDS_OF_SERVER[columns];
  if (columns === "counters") return words.length < WORDS_OF_SERVER.counters;
  return third === undefined || !isScheduler(third);
}

/** Numbers as ipvsadm shortens them: 12345678, 12345K, 12G. */
function isCounter(text: string): boolean {
  return /^\d{1,20}[KMGT]?$/.test(text);
}

function parseNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** A virtual server's line, past protocol and address: "rr (mh-port) persistent 10800 mask 255.0.0.0 pe sip ops". */
function readAttributes(words: readonly string[]): Partial<VirtualServerHead> | undefined {
  const [scheduler, ...rest] = words;
  if (!scheduler) return undefined;
  let flags = "";
  let persistenceSeconds: number | undefined;
  let persistenceMask: string | undefined;
  let persistenceEngine: string | undefined;
  let onePacket = false;
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i]!;
    if (word.startsWith("(") && word.endsWith(")")) flags = word.slice(1, -1);
    else if (word === "persistent") {
      persistenceSeconds = parseNumber(rest[++i]);
      if (persistenceSeconds === undefined) return undefined;
    } else if (word === "mask") persistenceMask = rest[++i];
    else if (word === "pe") persistenceEngine = rest[++i];
    else if (word === "ops") onePacket = true;
    else return undefined;
  }
  return {
    scheduler,
    flags: parseSchedulerFlags(flags, scheduler),
    persistenceSeconds,
    ...(persistenceMask !== undefined && { persistenceMask }),
    ...(persistenceEngine !== undefined && { persistenceEngine }),
    ...(onePacket && { onePacket }),
  };
}

/** A real server's columns past its address. */
function readRealServer(
  target: AddressAndPort,
  columns: Columns,
  words: readonly string[],
  at: ListingPlace,
): RealServer | undefined {
  if (columns === "default") {
    const forwarding = FORWARDING_OF.get(words[0] ?? "");
    const [weight, activeConnections, inactiveConnections] = words.slice(1, 4).map(parseNumber);
    if (!forwarding || weight === undefined) return undefined;
    return { ...target, forwarding, weight, activeConnections, inactiveConnections, at };
  }
  if (!words.every(isCounter)) return undefined;
  const base = { ...target, forwarding: "masquerade", at } as const;
  if (columns !== "persistent-conn") return { ...base, weight: 1 };
  const [weight, , activeConnections, inactiveConnections] = words.map(parseNumber);
  return weight === undefined ? undefined : { ...base, weight, activeConnections, inactiveConnections };
}

/** The virtual servers with their real servers, in the order read. */
export function parseIpvsadmList(input: ListingText): VirtualServerListing {
  const reader = createVirtualServerReader();
  const diagnostics: Diagnostic[] = [];
  let columns: Columns = "default";
  let marksSeen = false;
  /** The virtual server that following real servers belong to; "skipped" when it was left out. */
  let current: VirtualServerHead | "skipped" | undefined;

  forEachLine(input, (line, number, isOpen) => {
    const words = wordsOf(line);
    const [first, second] = words;
    if (first === undefined || first.startsWith("#") || first === "IP") return;
    const at = { file: input.file, line: number };
    const refuse = (note?: string) => void diagnostics.push(unreadableOrCut(at, WHAT, line, { isOpen, note }));
    const heading = columnsOfHeading(words);
    if (isOpen && isBeginning(words, columns)) diagnostics.push(cutListing(at, WHAT));
    else if (heading) {
      columns = heading;
      current = undefined;
    } else if (first === "->") {
      if (second?.startsWith("RemoteAddress") || current === "skipped") return;
      const target = parseAddressAndPort(second ?? "");
      if (!target) return refuse("expected ADDRESS:PORT in numbers; take the listing with -n");
      if (!current) return refuse("no virtual server stands before it");
      const realServer = readRealServer(target, columns, words.slice(2), at);
      if (!realServer) return refuse("its columns do not fit the heading");
      reader.addRealServer(current.protocol, current, realServer);
    } else if (first === "FWM") {
      current = "skipped";
      if (!marksSeen) diagnostics.push(firewallMarkNote(at));
      marksSeen = true;
    } else {
      current = "skipped";
      const protocol = PROTOCOL_OF.get(first);
      if (!protocol) return refuse("expected TCP, UDP, SCTP, FWM or ->");
      const service = parseAddressAndPort(second ?? "");
      if (!service) return refuse("expected ADDRESS:PORT in numbers; take the listing with -n");
      const fieldsNotListed = FIELDS_NOT_LISTED[columns];
      const rest = words.slice(2);
      const attributes =
        columns === "counters"
          ? rest.every(isCounter) && { scheduler: "", flags: [], persistenceSeconds: undefined }
          : readAttributes(rest);
      if (!attributes) return refuse("its columns do not fit the heading");
      const head = {
        protocol,
        ...service,
        ...attributes,
        ...(fieldsNotListed.length > 0 && { fieldsNotListed }),
        at,
      } as VirtualServerHead;
      if (reader.addVirtualServer(head)) current = head;
      else refuse("this virtual server was listed before, with other attributes");
    }
  });
  return reader.finish(input.file, diagnostics);
}
