/** Reads `ip -j addr`, pretty-printed or not. */
import { createInterfaceReader, type InterfaceListing } from "./parse-ip-addr.js";
import { cutListing, type ListingText } from "./lines.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { isRecord } from "../../util/is-record.js";

const WHAT = "ip -j addr";

/** The interfaces with their addresses of both families, in the order read. Lines are those of the addresses. */
export function parseIpAddrJSON({ file, text, firstLine = 1 }: ListingText): InterfaceListing {
  const reader = createInterfaceReader();
  const diagnostics: Diagnostic[] = [];
  const refuse = (line: number, message: string) =>
    void diagnostics.push({ code: "unreadable-line", severity: "warning", message, at: { file, line } });

  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    const isCut = !/[\]}]\s*$/.test(text) || text.trimStart().startsWith("[") !== text.trimEnd().endsWith("]");
    if (isCut) diagnostics.push(cutListing({ file, line: firstLine }, WHAT));
    else refuse(firstLine, `this ${WHAT} text is no JSON`);
    return { interfaces: [], diagnostics };
  }
  let hasLinks = false;
  let offset = 0;
  let line = firstLine;
  /** The line of the next place where the address stands in quotes. */
  const lineOf = (address: string): number => {
    const found = text.indexOf(`"${address}"`, offset);
    for (; offset < found; offset++) if (text.charCodeAt(offset) === 10) line++;
    return line;
  };
  for (const item of Array.isArray(document) ? (document as unknown[]) : [document]) {
    // `ip -j addr show dev X` leaves empty objects for the interfaces it filters out.
    if (isRecord(item) && Object.keys(item).length === 0) continue;
    if (!isRecord(item) || typeof item["ifname"] !== "string") {
      refuse(line, `this ${WHAT} text holds an object that is no interface`);
      continue;
    }
    reader.addInterface(item["ifname"]);
    const addresses = item["addr_info"];
    hasLinks ||= "linkmode" in item && addresses === undefined;
    for (const info of Array.isArray(addresses) ? (addresses as unknown[]) : []) {
      if (isRecord(info) && Object.keys(info).length === 0) continue;
      const local = isRecord(info) ? info["local"] : undefined;
      const at = { file, line: typeof local === "string" ? lineOf(local) : line };
      if (typeof local !== "string" || !reader.addAddress(item["ifname"], local, at))
        refuse(at.line, `this ${WHAT} text holds an address without "local"`);
    }
  }
  const interfaces = reader.interfaces();
  const isOfLinks = hasLinks && !interfaces.some(({ addresses }) => addresses.length > 0);
  return { interfaces, diagnostics, ...(isOfLinks && { isOfLinks }) };
}
