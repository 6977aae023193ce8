/** The facts of what the readers of one mode found. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { DiagnosticCode } from "../diagnostics/codes.js";
import type { CapturedTable } from "../rulesets/iptables/capture.js";
import type { FoundListing } from "../diff/ipvs/read-capture.js";
import type { ListingKind } from "../rulesets/ipvs/find-listings.js";
import type { NftCapture } from "../rulesets/nftables/capture.js";
import type { CapturedPart, CaptureFacts, CaptureProblem, CaptureProblemKind, FileLine } from "./capture-facts.js";
import type { NodeReading } from "./read-node.js";

/** What a node's captures hold, told from their reading. */
export function tellCaptureFacts(reading: NodeReading): CaptureFacts {
  switch (reading.mode) {
    case "iptables": {
      const { tables, diagnostics } = reading.captures;
      return { parts: tables.map((table) => partOfTable(table, diagnostics)), problems: problemsOf(diagnostics) };
    }
    case "ipvs": {
      const { capture, listings, diagnostics } = reading;
      const parts = [
        ...listings.map(partOfListing),
        ...(capture.tables ?? []).map((table) => partOfTable(table, diagnostics)),
      ];
      return { parts, problems: problemsOf(diagnostics) };
    }
    case "nftables": {
      const diagnostics = reading.captures.flatMap((capture) => capture.diagnostics);
      return { parts: reading.captures.flatMap(partsOfNft), problems: problemsOf(diagnostics) };
    }
  }
}

function partOfTable(table: CapturedTable, diagnostics: readonly Diagnostic[]): CapturedPart {
  const { name, family, form, file, startLine, complete } = table;
  return {
    name,
    family,
    form: `iptables-${form}`,
    at: { file, line: startLine },
    ...(!complete && { cutAt: breakIn(file, diagnostics) }),
    lacks: [
      ...(table.hasNames ? ["numbers" as const] : []),
      ...(table.withoutInterfaces ? ["interfaces" as const] : []),
    ],
  };
}

function partsOfNft({ tables, diagnostics }: NftCapture): CapturedPart[] {
  return tables.map(({ family, form, file, line, complete, terse }) => ({
    name: "kube-proxy",
    family: family === "ip6" ? "IPv6" : family === "ip" ? "IPv4" : "unknown",
    form: `nft-${form}`,
    at: { file, ...(line !== undefined && { line }) },
    ...(!complete && { cutAt: breakIn(file, diagnostics) }),
    lacks: terse ? ["elements"] : [],
  }));
}

const PART_OF_LISTING = {
  "ipvsadm-save": "virtual-servers",
  "ipvsadm-list": "virtual-servers",
  "ipset-save": "sets",
  "ipset-list": "sets",
  "ip-addr": "addresses",
  "ip-addr-json": "addresses",
} as const satisfies Record<ListingKind, CapturedPart["name"]>;

function partOfListing({ kind, file, firstLine, cutAt }: FoundListing): CapturedPart {
  return {
    name: PART_OF_LISTING[kind],
    family: "both",
    form: kind,
    at: { file, line: firstLine },
    ...(cutAt && { cutAt }),
    lacks: [],
  };
}

/** Where the reader says that a file breaks off. */
function breakIn(file: string, diagnostics: readonly Diagnostic[]): FileLine {
  for (const { code, at } of diagnostics) {
    const place = placeOf(at);
    if (code === "capture-incomplete" && place?.file === file) return place;
  }
  return { file };
}

const KIND_OF_CODE: Readonly<Partial<Record<DiagnosticCode, CaptureProblemKind>>> = {
  "capture-incomplete": "cut",
  "capture-elided": "cut",
  "capture-shuffled": "cut",
  "unreadable-line": "unreadable",
  "capture-empty": "empty",
  "capture-refused": "refused",
  "capture-wrapped": "wrapped",
  "capture-names": "names",
};

/** One problem for each file and kind, in the order of the diagnostics. */
function problemsOf(diagnostics: readonly Diagnostic[]): CaptureProblem[] {
  const problems = new Map<string, { kind: CaptureProblemKind; count: number; places: FileLine[] }>();
  for (const { code, at } of diagnostics) {
    const kind = KIND_OF_CODE[code];
    const place = placeOf(at);
    if (!kind || !place) continue;
    const key = `${kind} ${place.file}`;
    const problem = problems.get(key) ?? { kind, count: 0, places: [] };
    problems.set(key, problem);
    problem.count++;
    problem.places.push(place);
  }
  return [...problems.values()];
}

function placeOf(at: Diagnostic["at"]): FileLine | undefined {
  return at && "file" in at ? at : undefined;
}
