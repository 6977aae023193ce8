/** A rule set of kube-proxy in another mode, beside the one that is compared: packets meet both. */
import type { Change } from "../diff/types.js";
import { listWords } from "../diff/view-words.js";
import type { IPFamily } from "../net/ip.js";
import { Buffer } from "../platform/bytes.js";
import { cleanCapture } from "../rulesets/capture-text/clean-capture.js";
import { decodeBytes } from "../rulesets/capture-text/decode-bytes.js";
import type { CapturedTable, Captures } from "../rulesets/iptables/capture.js";
import { blankTables } from "../rulesets/nftables/blank-tables.js";
import type { CapturedNftTable, NftCapture } from "../rulesets/nftables/capture.js";
import type { Source } from "../source/source.js";
import { readNftCaptures, type NodeReading } from "./read-node.js";

/** One change for each table of another mode through which packets go. Source: kube-proxy removes them when it starts. */
export async function secondRuleSets(
  reading: NodeReading,
  sources: readonly Source[],
  families: readonly IPFamily[],
): Promise<Change[]> {
  if (reading.mode === "nftables") return iptablesBeside(reading.captures, sources, families);
  const nft =
    reading.mode === "iptables" ? reading.captures.otherTools.filter(({ tool }) => tool === "nft") : undefined;
  const captures = sources.filter(({ name }) => nft === undefined || nft.some(({ file }) => file === name));
  return nftBeside(captures.filter(mentions("kube-proxy", NFT_TABLE)), families);
}

const NFT_TABLE = /^[ \t]*table ip6? kube-proxy \{|"name": *"kube-proxy"/m;

async function nftBeside(sources: readonly Source[], families: readonly IPFamily[]): Promise<Change[]> {
  if (sources.length === 0) return [];
  return nftTablesAmong(await readNftCaptures(sources), families);
}

/** One change for each table of kube-proxy's mode nftables in listings beside the rules of another mode. */
export function nftTablesAmong(listings: readonly NftCapture[], families: readonly IPFamily[]): Change[] {
  return listings
    .flatMap(({ tables }) => tables)
    .filter((table) => isLive(table) && families.some((family) => NFT_FAMILY[family] === table.family))
    .map(nftChange);
}

export const NFT_FAMILY = { IPv4: "ip", IPv6: "ip6" } as const;

function isLive({ chains, dormant }: CapturedNftTable): boolean {
  return dormant !== true && chains.some(({ base }) => base !== undefined);
}

function nftChange(table: CapturedNftTable): Change {
  const where = `${table.family} ${table.name}`;
  return {
    kind: "leftover-chain",
    severity: "error",
    chain: "nat-prerouting",
    message: `table ${where} of kube-proxy's nftables mode is there too: packets meet both rule sets`,
    expected: [],
    actual: [`add table ${where}`],
    at: { file: table.file, line: table.line ?? 1 },
  };
}

const IPTABLES_ENTRY = /^(\[\d+:\d+\] )?-A (PREROUTING|INPUT|FORWARD|OUTPUT) .*-j KUBE-SERVICES\b|^KUBE-SERVICES  /m;

/** Chains that every table of iptables has. */
const IPTABLES_TABLE = /^(?::OUTPUT |-P OUTPUT |Chain OUTPUT )/m;

/** Tables of iptables that a capture of mode nftables holds beside nft's listing and that this does not show itself. */
export async function iptablesTables(
  captures: readonly NftCapture[],
  sources: readonly Source[],
): Promise<readonly CapturedTable[]> {
  const saves = savesAmong(captures, sources).filter(mentions("OUTPUT", IPTABLES_TABLE));
  if (saves.length === 0) return [];
  const { readCaptures } = await import("../rulesets/iptables/read-captures.js");
  const isListed = ({ name, family }: CapturedTable) =>
    captures.some(({ foreign }) =>
      foreign.some(
        (table) =>
          table.name === name &&
          table.family === NFT_FAMILY[family as IPFamily] &&
          !table.byIptables &&
          // Of these iptables-save says more.
          table.isOpaque !== true,
      ),
    );
  return readCaptures(saves).tables.filter((table) => !isListed(table));
}

/** A base chain, as nft lists it. */
const NFT_BASE = /^[ \t]*type \w+ hook \w+ |"hook": *"/m;

/** Listings of nft among captures of mode ipvs. */
export async function nftListings(sources: readonly Source[]): Promise<readonly NftCapture[]> {
  return readNftCaptures(sources.filter(mentions("hook", NFT_BASE)));
}

/**
 * Listings of nft among captures of mode iptables with base chains that iptables-save does not show, or all of them; of its tables
 * nothing is kept.
 */
export async function nftListingsBeside(
  { otherTools, tables }: Captures,
  sources: readonly Source[],
  isOfAll = false,
): Promise<readonly NftCapture[]> {
  const files = new Set(otherTools.flatMap(({ tool, file }) => (tool === "nft" ? [file] : [])));
  const isShown = (family: "ip" | "ip6", name: string) =>
    tables.some((table) => table.name === name && table.family !== "unknown" && NFT_FAMILY[table.family] === family);
  const hasBase = mentions("hook", NFT_BASE);
  const mayHold = (source: Source) => isOfAll || hasBase(source);
  const listings = sources.filter((source) => files.has(source.name) && mayHold(source));
  return readNftCaptures(listings.map((source) => blankTables(source, isShown)).filter(mayHold));
}

function savesAmong(captures: readonly NftCapture[], sources: readonly Source[]): readonly Source[] {
  const read = new Set(captures.map(({ withoutSave }) => withoutSave));
  return sources.filter((source) => !read.has(source));
}

async function iptablesBeside(
  captures: readonly NftCapture[],
  sources: readonly Source[],
  families: readonly IPFamily[],
): Promise<Change[]> {
  const saves = savesAmong(captures, sources).filter(mentions("KUBE-SERVICES", IPTABLES_ENTRY));
  if (saves.length === 0) return [];
  const { readCaptures } = await import("../rulesets/iptables/read-captures.js");
  // nft lists what iptables-nft made, and then its listing tells it.
  const isListed = ({ name, family }: CapturedTable) =>
    captures.some(({ foreign }) =>
      foreign.some(
        (table) =>
          table.name === name && table.kubeChains.length > 0 && table.family === NFT_FAMILY[family as IPFamily],
      ),
    );
  return readCaptures(saves).tables.flatMap((table) =>
    isListed(table) || !(table.family === "unknown" || families.includes(table.family)) ? [] : iptablesChange(table),
  );
}

function iptablesChange({ name, chains, file, startLine }: CapturedTable): Change[] {
  const entry = chains.get("KUBE-SERVICES");
  const from = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT"].filter((chain) =>
    chains.get(chain)?.texts.some((text) => text.endsWith("-j KUBE-SERVICES")),
  );
  if (!entry || entry.size === 0 || from.length === 0) return [];
  return [
    {
      kind: "leftover-chain",
      severity: "error",
      chain: entry.name,
      message: `table ${name} still holds rules of kube-proxy's iptables mode, reached from ${listWords(from)}: packets meet both rule sets`,
      expected: [],
      actual: entry.texts.slice(0, MOST_SHOWN),
      at: { file, line: entry.lines[0] ?? startLine },
    },
  ];
}

const MOST_SHOWN = 20;
/** Of bytes that stay in the processor's cache. */
const PIECE = 512 * 1024;
/** No line that is looked for is longer. */
const OVERLAP = 4096;

/** Whether a line of the capture has the pattern, wherever it stands. `word`: is in all that has it; of bytes without, no text is made. */
function mentions(word: string, pattern: RegExp): (source: Source) => boolean {
  return (source) => {
    const { size, read, readInto } = cleanCapture(source).source;
    const place = new Uint8Array(readInto ? Math.min(size, PIECE) : 0);
    for (let start = 0; start < size; start += PIECE - OVERLAP) {
      const bytes = readInto ? place.subarray(0, readInto(place, start)) : read(start, Math.min(size, start + PIECE));
      const hasWord = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(word);
      if (hasWord && pattern.test(decodeBytes(bytes))) return true;
    }
    return false;
  };
}
