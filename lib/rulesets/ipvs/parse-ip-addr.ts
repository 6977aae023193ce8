/** Reads `ip addr show`: in several lines, in one line an address (-o), or brief (-br). */
import { cutListing, forEachLine, isCutListing, unreadableOrCut, wordsOf, type ListingText } from "./lines.js";
import type { DeviceAddress, ListingPlace, NetworkInterface } from "./types.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { canonicalIP } from "../../net/ip.js";

const WHAT = "ip addr";

export interface InterfaceListing {
  /** Of `ip link`, which shows the interfaces and no address of any. */
  readonly isOfLinks?: boolean;
  readonly interfaces: readonly NetworkInterface[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Gathers addresses by interface, in the order read. */
export function createInterfaceReader() {
  const interfaces = new Map<string, DeviceAddress[]>();
  return {
    addInterface(name: string): void {
      if (!interfaces.has(name)) interfaces.set(name, []);
    },
    /** `text`: with or without prefix length; false when it is no address. */
    addAddress(name: string, text: string, at: ListingPlace): boolean {
      const slash = text.indexOf("/");
      const address = canonicalIP(slash < 0 ? text : text.slice(0, slash));
      if (address === undefined) return false;
      this.addInterface(name);
      interfaces.get(name)!.push({ address, at });
      return true;
    },
    interfaces: (): NetworkInterface[] => Array.from(interfaces, ([name, addresses]) => ({ name, addresses })),
  };
}

/** "kube-ipvs0" of "kube-ipvs0:" and "eth0@if7:". */
function interfaceName(word: string): string {
  const name = word.endsWith(":") ? word.slice(0, -1) : word;
  const at = name.indexOf("@");
  return at < 0 ? name : name.slice(0, at);
}

const STATES = new Set(["UP", "DOWN", "UNKNOWN", "LOWERLAYERDOWN", "NOTPRESENT", "TESTING", "DORMANT"]);
/** Digits alone: what `-s` counts. */
const DETAILS = /^(link\/|valid_lft |altname |RX|TX|inet6? |[a-z_]+ |[\d ]+$)/;
/** Of an interface only `ip link` tells it. */
const LINK_MODE = / mode (?:DEFAULT|DORMANT)\b/;

type LineKind = "interface" | "link" | "address" | "lifetime" | "one-line" | "other";

function kindOfLine([first = "", second, third]: readonly string[]): LineKind {
  if (/^\d+:$/.test(first)) return third === "inet" || third === "inet6" ? "one-line" : "interface";
  if (first.startsWith("link/")) return "link";
  if (first === "inet" || first === "inet6") return "address";
  if (first === "valid_lft") return "lifetime";
  return STATES.has(second ?? "") ? "one-line" : "other";
}

const LIFETIME = /preferred_lft (forever|\d+sec)\s*$/;

/** Whether a line that the text ends in is not what ip prints to its end. */
function isBeginning(line: string, kind: LineKind): boolean {
  switch (kind) {
    case "interface":
      return true;
    case "lifetime":
      return !LIFETIME.test(line);
    case "link":
      if (line.trimStart().startsWith("link/ether")) return !/ brd ([0-9a-f]{2}:){5}[0-9a-f]{2}(\s|$)/.test(line);
      return !/ brd [0-9a-f]{2}([:.][0-9a-f]{2,3})+|link\/(none|void|[a-z]+ [\d.]+ (brd|peer) [\d.]+)/.test(line);
    case "address":
      return !/ scope (global|host|link|site) .*\S/.test(line);
    case "one-line":
      return /^\d+:/.test(line) ? !LIFETIME.test(line) && !/ scope \w+ .*\S/.test(line) : false;
    case "other":
      return false;
  }
}

/** The interfaces with their addresses of both families, in the order read. */
export function parseIpAddr(input: ListingText): InterfaceListing {
  const reader = createInterfaceReader();
  const diagnostics: Diagnostic[] = [];
  let current: string | undefined;
  const seen = new Set<LineKind>();
  let hasLinkMode = false as boolean;
  let last: { readonly kind: LineKind; readonly at: ListingPlace } | undefined;

  forEachLine(input, (line, number, isOpen) => {
    const words = wordsOf(line);
    const [first, second, third] = words;
    const at = { file: input.file, line: number };
    // Blanks in front of what should follow.
    if (first === undefined && isOpen && line !== "" && last) diagnostics.push(cutListing(at, WHAT));
    if (first === undefined || first.startsWith("#")) return;
    const refuse = (note: string) => void diagnostics.push(unreadableOrCut(at, WHAT, line, { isOpen, note }));
    const kind = kindOfLine(words);
    seen.add(kind);
    hasLinkMode ||= kind === "interface" && LINK_MODE.test(line);
    last = { kind, at };
    if (isOpen && isBeginning(line, kind)) return void diagnostics.push(cutListing(at, WHAT));
    const add = (name: string, address: string | undefined) => {
      if (!reader.addAddress(name, address ?? "", at)) refuse("expected an address");
    };
    if (/^\d+:$/.test(first) && second !== undefined) {
      // "4: kube-ipvs0: <FLAGS> ..." opens an interface; "4: kube-ipvs0    inet 10.96.0.1/32 ..." is the -o form.
      const name = interfaceName(second);
      reader.addInterface(name);
      if (third === "inet" || third === "inet6") add(name, words[3]);
      else if (second.endsWith(":")) current = name;
      else refuse("expected inet or inet6");
    } else if (line.charCodeAt(0) > 32 && STATES.has(second ?? "")) {
      const name = interfaceName(first);
      reader.addInterface(name);
      for (const word of words.slice(2)) {
        if (/^[0-9a-fA-F.:]+\/\d+$/.test(word)) add(name, word);
        else if (!/^(metric|\d+|peer)$/.test(word)) refuse("expected addresses");
      }
    } else if (first === "inet" || first === "inet6") {
      if (current === undefined) refuse("no interface stands before it");
      else add(current, second);
    } else if (line.charCodeAt(0) > 32 || !DETAILS.test(line.trimStart()))
      refuse("expected an interface or an address");
  });
  // Behind an interface stands its link, behind an address its lifetime, where the listing shows them at all.
  const follows = last?.kind === "interface" ? "link" : last?.kind === "address" ? "lifetime" : undefined;
  if (last && follows && seen.has(follows) && !isCutListing(diagnostics)) diagnostics.push(cutListing(last.at, WHAT));
  const interfaces = reader.interfaces();
  const isOfLinks = hasLinkMode && !interfaces.some(({ addresses }) => addresses.length > 0);
  return { interfaces, diagnostics, ...(isOfLinks && { isOfLinks }) };
}
