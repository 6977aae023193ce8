/** Texts read from a node, in any form and mixed, as the captures that the checks look at. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { tablesOnce } from "../rulesets/iptables/compare-tables.js";
import { readCaptures } from "../rulesets/iptables/read-captures.js";
import { findListings, type Listing } from "../rulesets/ipvs/find-listings.js";
import { parseIpvsadmList } from "../rulesets/ipvs/parse-ipvsadm-list.js";
import { parseIpvsadmSave } from "../rulesets/ipvs/parse-ipvsadm-save.js";
import { tellNftForm, type NftCapture } from "../rulesets/nftables/capture.js";
import { parseNftJSON } from "../rulesets/nftables/parse-json.js";
import { parseNftList } from "../rulesets/nftables/parse-list.js";
import { cleanCapture } from "../rulesets/capture-text/clean-capture.js";
import { headOfCapture } from "../rulesets/capture-text/head-of-capture.js";
import type { Source } from "../source/source.js";
import { parseConntrack, parseConntrackLine } from "./parse-conntrack.js";
import { parseSysctl } from "./parse-sysctl.js";
import type { NodeCapture } from "./types.js";

/** Bytes at the start of a file that tell its form. */
const HEAD = 64 * 1024;

function listingsOf(source: Source): Listing[] {
  const { source: clean } = cleanCapture(source);
  return findListings({ file: source.name, text: textOf(clean), ...(clean.leftOut && { leftOut: clean.leftOut }) });
}

function textOf(source: Source, end = source.size): string {
  return new TextDecoder().decode(source.read(0, end));
}

function isConntrack(head: string): boolean {
  const lines = head.split("\n", 50).filter((line) => line.trim() !== "" && !line.startsWith("conntrack "));
  return (
    lines.length > 0 &&
    lines.slice(0, 3).every((line, i) => parseConntrackLine(line, i) !== undefined || /^(icmp|unknown|gre)/.test(line))
  );
}

/** Groups of settings as `sysctl -a` prints them, of which only the network's are kept. */
const SYSCTL_LINE = /^\s*(?:abi|debug|dev|fs|kernel|net|user|vm)[./][\w./*-]+ ?=/;

function isSysctl(head: string): boolean {
  const lines = head.split("\n", 50).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return lines.length > 0 && lines.slice(0, 3).every((line) => SYSCTL_LINE.test(line));
}

/** Of a file that holds other tools' output as well. */
function sysctlCapture(source: Source, head: string): NodeCapture[] {
  if (!/^[ \t]*net\.[\w./*-]+ ?= ?/m.test(head)) return [];
  const settings = parseSysctl(source);
  return settings.length === 0 ? [] : [{ kind: "sysctl", file: source.name, settings }];
}

function nftCapture(source: Source, { tables, foreign }: NftCapture): NodeCapture {
  return { kind: "nftables", file: source.name, tables, otherTables: foreign.length };
}

/** The captures of one node, and what could not be read of them. */
export function readNodeCaptures(sources: readonly Source[]): {
  readonly captures: readonly NodeCapture[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const captures: NodeCapture[] = [];
  const diagnostics: Diagnostic[] = [];
  const iptables: Source[] = [];
  for (const source of sources) {
    const head = headOfCapture(source, HEAD);
    const form = tellNftForm(head);
    const { source: clean } = cleanCapture(source);
    if (isSysctl(head)) {
      captures.push({ kind: "sysctl", file: source.name, settings: parseSysctl(clean) });
      continue;
    }
    captures.push(...sysctlCapture(clean, head));
    if (isConntrack(head)) captures.push({ kind: "conntrack", file: source.name, entries: parseConntrack(clean) });
    else if (form) {
      const parsed = form === "json" ? parseNftJSON(source) : parseNftList(source);
      captures.push(nftCapture(source, parsed));
      diagnostics.push(...parsed.diagnostics);
      // A file may hold iptables texts as well.
      if (form === "list") iptables.push(source);
    } else {
      iptables.push(source);
      if (/^(?:ipvsadm )?-A -[tuf] |^IP Virtual Server version/m.test(head))
        for (const listing of listingsOf(source)) {
          if (listing.kind !== "ipvsadm-save" && listing.kind !== "ipvsadm-list") continue;
          const parsed = listing.kind === "ipvsadm-save" ? parseIpvsadmSave(listing) : parseIpvsadmList(listing);
          captures.push({ kind: "ipvs", file: source.name, virtualServers: parsed.virtualServers });
          diagnostics.push(...parsed.diagnostics);
        }
    }
  }
  if (iptables.length > 0) {
    const { tables, warnings, diagnostics: unread } = readCaptures(iptables);
    const once = tablesOnce(tables);
    if (once.tables.length > 0) captures.push({ kind: "iptables", tables: once.tables, warnings });
    diagnostics.push(...unread, ...once.diagnostics);
  }
  return { captures, diagnostics };
}
