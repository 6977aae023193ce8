/** Files with what was read from a node in IPVS mode, in any mix, as one capture. */
import { findDisagreements, type ListedPart } from "./find-disagreements.js";
import type { IPVSCapture, IPVSPart } from "./types.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { tablesOnce } from "../../rulesets/iptables/compare-tables.js";
import { readCaptures } from "../../rulesets/iptables/read-captures.js";
import { cleanCapture } from "../../rulesets/capture-text/clean-capture.js";
import { decodeBytes } from "../../rulesets/capture-text/decode-bytes.js";
import { StrangeLines } from "../../rulesets/capture-text/strange-lines.js";
import { findListings, type Listing, type ListingKind } from "../../rulesets/ipvs/find-listings.js";
import { forEachLine, isCutListing, unreadableLine } from "../../rulesets/ipvs/lines.js";
import { parseIpAddrJSON } from "../../rulesets/ipvs/parse-ip-addr-json.js";
import { parseIpAddr } from "../../rulesets/ipvs/parse-ip-addr.js";
import { parseIpsetList } from "../../rulesets/ipvs/parse-ipset-list.js";
import { parseIpsetSave } from "../../rulesets/ipvs/parse-ipset-save.js";
import { parseIpvsadmList } from "../../rulesets/ipvs/parse-ipvsadm-list.js";
import { parseIpvsadmSave } from "../../rulesets/ipvs/parse-ipvsadm-save.js";
import type { DeviceAddress, IPSet, ListingPlace, NetworkInterface, VirtualServer } from "../../rulesets/ipvs/types.js";
import { sourceFromText, type Source } from "../../source/source.js";

export interface ReadCapture {
  readonly capture: IPVSCapture;
  /** The listings other than iptables' that were found, in the order read. */
  readonly listings: readonly FoundListing[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface FoundListing extends Pick<Listing, "file" | "firstLine"> {
  readonly kind: ListingKind;
  /** Where it breaks off. */
  readonly cutAt?: ListingPlace;
}

/** Reads every listing of the sources, told by content; listings of one kind are put together. */
export function readIPVSCapture(sources: readonly Source[]): ReadCapture {
  const parts: OpenCapture = {
    virtualServers: undefined,
    sets: undefined,
    interfaces: undefined,
    other: [],
    listed: [],
  };
  const found: FoundListing[] = [];
  const diagnostics: Diagnostic[] = [];
  const open = new Set<IPVSPart>();
  for (const source of sources) {
    const { source: clean, notes, refusal } = cleanCapture(source);
    diagnostics.push(...notes);
    if (refusal) {
      diagnostics.push(refusal);
      continue;
    }
    const text = decodeBytes(clean.read(0, clean.size));
    if (text.trim() === "") {
      if (IS_OF_IPVSADM.test(source.name)) parts.virtualServers ??= [];
      else diagnostics.push(emptyCapture(source.name));
      continue;
    }
    // ip colours its output when asked to; colours say nothing.
    const plain = text.includes("\u001b[") ? text.replace(COLORS, "") : text;
    const listings = findListings({ file: source.name, text: plain, ...(clean.leftOut && { leftOut: clean.leftOut }) });
    const isMixed = listings.some(({ kind }) => kind !== "other");
    const strange = new StrangeLines(source.name);
    for (const listing of listings)
      if (listing.kind === "other" && isMixed && !RULES.test(listing.text))
        diagnostics.push(...strayLines(listing, strange));
      else {
        const { kind, file, firstLine } = listing;
        const own = addListing(parts, kind === "other" ? listing : withoutStrange(listing, strange));
        diagnostics.push(...own);
        if (kind === "other") continue;
        const cutAt = isCutListing(own)
          ? (own.find(({ code }) => code === "capture-incomplete")!.at as ListingPlace)
          : undefined;
        found.push({ kind, file, firstLine, ...(cutAt && { cutAt }) });
        // Only the last listing of a file may end so.
        if (!/\n\s*$/.test(listing.text.slice(-200))) open.add(PART_OF[kind]);
      }
    diagnostics.push(...strange.diagnostics());
  }
  const cut = new Set(found.flatMap(({ kind, cutAt }) => (cutAt ? [PART_OF[kind]] : [])));
  const { parts: ofListings, diagnostics: ofDisagreement } = findDisagreements(parts.listed);
  const rules = readCaptures(parts.other.map(sourceOfRest));
  const { tables, diagnostics: ofTables } = tablesOnce(rules.tables);
  const isUsable = (part: IPVSPart) => !cut.has(part) && !ofListings.has(part);
  const areTablesTwofold = ofTables.some(({ severity }) => severity === "error");
  const disagreeing = new Set([...ofListings, ...(areTablesTwofold ? (["tables"] as const) : [])]);
  return {
    capture: {
      ...(cut.size > 0 && { cut }),
      ...(open.size > 0 && { open }),
      ...(disagreeing.size > 0 && { disagreeing }),
      ...(parts.virtualServers && isUsable("virtualServers") && { virtualServers: parts.virtualServers }),
      ...(parts.sets && isUsable("sets") && { sets: [...parts.sets.values()] }),
      ...(parts.interfaces &&
        isUsable("interfaces") && {
          interfaces: Array.from(parts.interfaces, ([name, addresses]): NetworkInterface => ({ name, addresses })),
        }),
      ...(tables.length > 0 && { tables }),
    },
    listings: found,
    diagnostics: [...diagnostics, ...ofDisagreement, ...rules.diagnostics, ...ofTables],
  };
}

const PART_OF = {
  "ipvsadm-save": "virtualServers",
  "ipvsadm-list": "virtualServers",
  "ipset-save": "sets",
  "ipset-list": "sets",
  "ip-addr": "interfaces",
  "ip-addr-json": "interfaces",
} as const satisfies Record<ListingKind, IPVSPart>;

/** ipvsadm-save prints nothing where there is no virtual server, so an empty file of its name is its listing. */
const IS_OF_IPVSADM = /ipvsadm[^/]*$/i;

const COLORS = /\u001b\[[0-9;]*m/g;

/** Lines of iptables tools. */
const RULES = /^(\*[a-z]+|:[A-Z]|(\[\d+:\d+\] )?-[ANP] [A-Z]|Chain [A-Z])/m;

/** How a table of nft begins: it tells nothing of virtual servers. A line of its JSON is whole. */
const NFT_TABLE = /^table (ip6?|inet|arp|bridge|netdev) \S+ ?\{/;
const NFT_JSON = /^\{ ?"nftables"/;

/** Lines between listings that no tool printed, such as a shell's prompt. */
function strayLines(listing: Listing, strange: StrangeLines): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  let isInTable = false;
  forEachLine(listing, (line, number) => {
    if (NFT_JSON.test(line)) return;
    if (isInTable || NFT_TABLE.test(line)) {
      isInTable = !line.startsWith("}");
      return;
    }
    if (!/^\s*(#.*)?$|^(```|~~~)/.test(line) && !strange.take(line, number))
      diagnostics.push(unreadableLine({ file: listing.file, line: number }, "a text that is no listing", line));
  });
  return diagnostics;
}

/** The listing with blank lines where a shell's prompt, a fence or a refusal stands in it, mostly behind its end. */
function withoutStrange(listing: Listing, strange: StrangeLines): Listing {
  if (listing.kind === "ip-addr-json" || !mayHoldStrange(listing.text)) return listing;
  // Texts of millions of lines are not taken apart into them.
  let text = "";
  let from = 0;
  let at = 0;
  forEachLine(listing, (line, number) => {
    const end = listing.text.indexOf("\n", at) + 1 || listing.text.length;
    if (/^(```|~~~)/.test(line) || (!IS_LISTED.test(line) && strange.take(line, number))) {
      text += listing.text.slice(from, at);
      from = listing.text[end - 1] === "\n" ? end - 1 : end;
    }
    at = end;
  });
  return from === 0 ? listing : { ...listing, text: text + listing.text.slice(from) };
}

/** Whether a line may be none of a listing. Most begin as no strange one does: they are not looked through. */
function mayHoldStrange(text: string): boolean {
  for (let at = 0, end = 0; at < text.length; at = end + 1) {
    end = text.indexOf("\n", at);
    if (end < 0) end = text.length;
    if (!text.startsWith("-a ", at) && !text.startsWith("add ", at) && MAY_BE_STRANGE.test(text.slice(at, end)))
      return true;
  }
  return false;
}

const MAY_BE_STRANGE = /[$#%>❯➜`~"|]|^\s*[-=*_+]{2}|\[\d{4}\]|ermission|not found|exit|logout|Connection|All commands/;

/** How the lines of these listings begin. */
const IS_LISTED =
  /^(\s*->|\s*(inet6?|link\/|valid_lft)|\s*$|(create|add|-[aA]) |(TCP|UDP|SCTP|FWM|IP|Prot) |\d+: |[A-Z][\w ]*:|#)/;

/** No listing can be told from nothing, though it may be ipvsadm-save without virtual servers. */
function emptyCapture(file: string): Diagnostic {
  return {
    code: "capture-empty",
    severity: "warning",
    message: "the file is empty, so nothing of it is compared",
    at: { file },
    notes: ["ipvsadm-save -n prints nothing where there is no virtual server; ipvsadm -Ln prints its heading"],
  };
}

interface OpenCapture {
  virtualServers: VirtualServer[] | undefined;
  sets: Map<string, IPSet> | undefined;
  interfaces: Map<string, DeviceAddress[]> | undefined;
  readonly other: Listing[];
  /** Each listing by itself. */
  readonly listed: ListedPart[];
}

/** `ipvsadm -Ln -t ADDRESS` prints the heading of columns and no version above it, and one virtual server. */
function isOfOneServer(text: string): boolean {
  if (!/^Prot LocalAddress/m.test(text) || /^IP Virtual Server version/m.test(text)) return false;
  return (text.match(/^(?:TCP|UDP|SCTP|FWM) +\S/gm)?.length ?? 0) === 1;
}

function oneServer({ file, firstLine }: Listing): Diagnostic {
  return {
    code: "capture-incomplete",
    severity: "error",
    message: "this listing is of one virtual server alone, as ipvsadm -Ln -t prints it: others are not missing",
    at: { file, line: firstLine },
    notes: ["list all of them: ipvsadm-save -n > ipvs.txt"],
  };
}

function addListing(parts: OpenCapture, listing: Listing): readonly Diagnostic[] {
  const { file, firstLine } = listing;
  switch (listing.kind) {
    case "ipvsadm-save":
    case "ipvsadm-list": {
      const { virtualServers, diagnostics } =
        listing.kind === "ipvsadm-save" ? parseIpvsadmSave(listing) : parseIpvsadmList(listing);
      // A listing of names, say, is as good as none: not a node without virtual servers.
      if (virtualServers.length === 0 && diagnostics.some(({ code }) => code === "unreadable-line")) return diagnostics;
      parts.listed.push({ part: "virtualServers", items: virtualServers, file, firstLine });
      parts.virtualServers = parts.virtualServers ? parts.virtualServers.concat(virtualServers) : [...virtualServers];
      return isOfOneServer(listing.text) ? [...diagnostics, oneServer(listing)] : diagnostics;
    }
    case "ipset-save":
    case "ipset-list": {
      const { sets, diagnostics } = listing.kind === "ipset-save" ? parseIpsetSave(listing) : parseIpsetList(listing);
      parts.listed.push({ part: "sets", items: sets, file, firstLine });
      parts.sets ??= new Map();
      for (const set of sets) {
        const other = parts.sets.get(set.name);
        if (!other || other.membersListed === false) parts.sets.set(set.name, set);
      }
      return diagnostics;
    }
    case "ip-addr":
    case "ip-addr-json": {
      const { interfaces, diagnostics, isOfLinks } =
        listing.kind === "ip-addr" ? parseIpAddr(listing) : parseIpAddrJSON(listing);
      if (isOfLinks) return diagnostics;
      parts.listed.push({ part: "interfaces", items: interfaces, file, firstLine });
      parts.interfaces ??= new Map();
      for (const { name, addresses } of interfaces)
        parts.interfaces.set(name, [...(parts.interfaces.get(name) ?? []), ...addresses]);
      return diagnostics;
    }
    case "other":
      parts.other.push(listing);
      return [];
  }
}

/** The text, whose lines have the numbers that they have in the file. */
function sourceOfRest({ file, text, firstLine, leftOut = [] }: Listing): Source {
  const inside = leftOut.filter(({ line }) => line >= firstLine);
  const before = firstLine > 1 ? [{ line: 1, count: firstLine - 1 }] : [];
  return { ...sourceFromText(file, text), leftOut: [...before, ...inside] };
}
