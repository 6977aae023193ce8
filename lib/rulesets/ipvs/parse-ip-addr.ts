/** Reads `ip addr show`: in several lines, in one line an address (-o), or brief (-br). */
import { forEachLine, unreadableLine, wordsOf, type ListingText } from "./lines.js";
import type { DeviceAddress, ListingPlace, NetworkInterface } from "./types.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { canonicalIP } from "../../net/ip.js";

const WHAT = "ip addr";

export interface InterfaceListing {
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
const DETAILS = /^(link\/|valid_lft |altname |RX|TX|inet6? |[a-z_]+ )/;

/** The interfaces with their addresses of both families, in the order read. */
export function parseIpAddr(input: ListingText): InterfaceListing {
  const reader = createInterfaceReader();
  const diagnostics: Diagnostic[] = [];
  let current: string | undefined;

  forEachLine(input, (line, number) => {
    const words = wordsOf(line);
    const [first, second, third] = words;
    if (first === undefined || first.startsWith("#")) return;
    const at = { file: input.file, line: number };
    const refuse = (note: string) => void diagnostics.push(unreadableLine(at, WHAT, line, note));
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
  return { interfaces: reader.interfaces(), diagnostics };
}
