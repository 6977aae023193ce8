/** DNS records as a zone file (RFC 1035). */
import type { RecordData } from "../net/dns-record.js";

export interface ZoneRecord {
  readonly name: string;
  readonly ttlSeconds: number;
  readonly data: RecordData;
}

/** A character of a label that would mean something else in a zone file, as "\DDD". */
function escapeName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, (character) =>
    [...new TextEncoder().encode(character)].map((byte) => `\\${String(byte).padStart(3, "0")}`).join(""),
  );
}

function escapeText(text: string): string {
  return text.replace(/["\\]|[^ -~]/g, (character) =>
    [...new TextEncoder().encode(character)].map((byte) => `\\${String(byte).padStart(3, "0")}`).join(""),
  );
}

/** The data part of a line. The SOA's serial is CoreDNS' clock on a real server; here it is 1. */
export function recordDataText(data: RecordData): string {
  switch (data.type) {
    case "A":
    case "AAAA":
      return data.address;
    case "CNAME":
    case "PTR":
    case "NS":
      return escapeName(data.target);
    case "SRV":
      return `${data.priority} ${data.weight} ${data.port} ${escapeName(data.target)}`;
    case "TXT":
      return `"${escapeText(data.text)}"`;
    case "SOA":
      return `${escapeName(data.server)} ${escapeName(data.mailbox)} 1 7200 1800 86400 ${data.minimumSeconds}`;
  }
}

/** One line of a zone file, without its end. */
export function zoneLine({ name, ttlSeconds, data }: ZoneRecord): string {
  return `${escapeName(name)} ${ttlSeconds} IN ${data.type} ${recordDataText(data)}`;
}

/** The lines of a zone file; the first record is to be the SOA. */
export function* zoneLines(records: Iterable<ZoneRecord>, notes: readonly string[] = []): Generator<string> {
  for (const note of notes) yield `; ${escapeText(note)}`;
  for (const record of records) yield zoneLine(record);
}
