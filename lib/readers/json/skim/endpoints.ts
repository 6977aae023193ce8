/**
 * The endpoints of an EndpointSlice read straight from bytes: they are most of a large cluster's text, most of each is
 * a reference to a pod that no rule is made of, and they have one layout. One is given to JSON.parse; of those after it
 * only the texts are looked at, as long as everything between the texts stays the same.
 */
import type { Buffer } from "../../../platform/bytes.js";
import { EndpointTable, MOST_ENDPOINTS, type EndpointCells } from "../../../kube/endpoint-table.js";
import { countTableFields } from "../../../kube/table-endpoint.js";
import { afterLiteral, afterSpace, byteAt, copyOf, isText, startsWith, viewOf } from "../literal-text.js";
import { CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from "../punctuation.js";
import { scanValue, type ScanNotes } from "../scan-value.js";

const FAILED = -1;

/** Endpoints that are ready, that are not, that have no node yet. */
const MOST_PATTERNS = 8;
/** More different names than this are not remembered. */
const MOST_NAMES = 50_000;

/** A list that ends before the index `end`; targetRef is left out. */
export interface SkimmedEndpoints {
  readonly endpoints: EndpointTable;
  readonly end: number;
}

/** What is remembered from one list to the next. */
export interface SkimMemory {
  /** Names of nodes and zones by a hash of their bytes. */
  readonly names: Map<number, string>;
  /** How endpoints are written, the one met last in front. */
  readonly patterns: EndpointPattern[];
  /** What was found of the list looked at last, since the item around it may be tried in several ways. */
  last: { readonly bytes: Buffer; readonly at: number; readonly skimmed: SkimmedEndpoints | undefined } | undefined;
}

export function createSkimMemory(): SkimMemory {
  return { names: new Map(), patterns: [], last: undefined };
}

type Role = "address" | "nodeName" | "zone" | "unused";

interface EndpointPattern {
  /** The bytes in front of each text and after the last one. */
  readonly between: readonly DataView[];
  /** What each text is. */
  readonly roles: readonly Role[];
  readonly conditions: EndpointCells[number];
}

/** What is read of a list before it is known to be one to the end; kept from one list to the next. */
const cells: EndpointCells[number][] = [];
let cellCount = 0;

/**
 * The endpoints of the list whose opening bracket is at the index `at`; undefined when a table cannot hold one of them
 * (countTableFields) or a text of it is not literal.
 */
export function skimEndpoints(bytes: Buffer, at: number, memory: SkimMemory): SkimmedEndpoints | undefined {
  // A window that reads on has other bytes, even in the same memory.
  if (memory.last?.bytes !== bytes || memory.last.at !== at)
    memory.last = { bytes, at, skimmed: skim(bytes, at, memory) };
  return memory.last.skimmed;
}

function skim(bytes: Buffer, at: number, memory: SkimMemory): SkimmedEndpoints | undefined {
  if (byteAt(bytes, at) !== OPEN_BRACKET) return undefined;
  cellCount = 0;
  let i = afterSpace(bytes, at + 1);
  for (let count = 0; byteAt(bytes, i) !== CLOSE_BRACKET || count > 0; count++) {
    if (count === MOST_ENDPOINTS) return undefined;
    i = skimEndpoint(bytes, i, memory);
    if (i < 0) return undefined;
    i = afterSpace(bytes, i);
    if (byteAt(bytes, i) === CLOSE_BRACKET) break;
    if (byteAt(bytes, i) !== COMMA) return undefined;
    i = afterSpace(bytes, i + 1);
  }
  return { endpoints: new EndpointTable(cells.slice(0, cellCount)), end: i + 1 };
}

/** Reads the endpoint that starts at the index into `cells`; the index after it. */
function skimEndpoint(bytes: Buffer, at: number, memory: SkimMemory): number {
  const { patterns } = memory;
  for (let k = 0; k < patterns.length; k++) {
    const pattern = patterns[k]!;
    const end = matchPattern(bytes, at, pattern, memory);
    if (end < 0) continue;
    if (k > 0) patterns.unshift(...patterns.splice(k, 1));
    return end;
  }
  const pattern = patternOf(bytes, at);
  if (!pattern) return FAILED;
  patterns.unshift(pattern);
  patterns.length = Math.min(patterns.length, MOST_PATTERNS);
  return matchPattern(bytes, at, pattern, memory);
}

/** The index after the endpoint, when it is written as the pattern says. */
function matchPattern(bytes: Buffer, at: number, pattern: EndpointPattern, { names }: SkimMemory): number {
  const { between, roles } = pattern;
  const view = viewOf(bytes);
  let address = "";
  let nodeName: string | undefined;
  let zone: string | undefined;
  let i = at;
  for (let k = 0; k < roles.length; k++) {
    const before = between[k]!;
    if (!startsWith(view, i, before)) return FAILED;
    const start = i + before.byteLength;
    i = afterLiteral(bytes, start);
    // What follows every text begins with its closing quote.
    if (byteAt(bytes, i) !== QUOTE) return FAILED;
    switch (roles[k]) {
      case "address":
        address = bytes.toString("latin1", start, i);
        break;
      case "nodeName":
        nodeName = nameOf(bytes, start, i, names);
        break;
      case "zone":
        zone = nameOf(bytes, start, i, names);
    }
  }
  const last = between[roles.length]!;
  if (!startsWith(view, i, last)) return FAILED;
  cells[cellCount++] = address;
  cells[cellCount++] = pattern.conditions;
  cells[cellCount++] = nodeName;
  cells[cellCount++] = zone;
  return i + last.byteLength;
}

const notes: ScanNotes = { bits: 0, tooDeep: false };

/** How the endpoint that starts at the index is written; undefined when the list must be read whole. */
function patternOf(bytes: Buffer, at: number): EndpointPattern | undefined {
  const end = byteAt(bytes, at) === OPEN_BRACE ? scanValue(bytes, at, notes) : FAILED;
  if (end < 0) return undefined;
  const value = parsed(bytes.toString("latin1", at, end));
  const fields = countTableFields(value);
  if (fields === 0) return undefined;
  const between: DataView[] = [];
  const roles: Role[] = [];
  let field = "";
  let count = 0;
  let from = at;
  for (let i = at; i < end; i++) {
    if (byteAt(bytes, i) !== QUOTE) continue;
    const start = i + 1;
    i = afterLiteral(bytes, start);
    if (byteAt(bytes, i) !== QUOTE) return undefined;
    if (byteAt(bytes, afterSpace(bytes, i + 1)) === COLON) {
      field = bytes.toString("latin1", start, i);
      count++;
      continue;
    }
    between.push(copyOf(bytes, from, start));
    roles.push(roleOf(field));
    from = i;
  }
  // Fields written twice would be counted once by JSON.parse, which takes the last.
  if (count !== fields) return undefined;
  between.push(copyOf(bytes, from, end));
  return { between, roles, conditions: (value as { conditions?: EndpointCells[number] }).conditions };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function roleOf(field: string): Role {
  if (field === "addresses") return "address";
  return field === "nodeName" || field === "zone" ? field : "unused";
}

/** The text between two indexes, as the string made of it before. */
function nameOf(bytes: Buffer, start: number, end: number, names: Map<number, string>): string {
  let hash = 0;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
  const known = names.get(hash);
  if (known !== undefined && isText(bytes, start, end, known)) return known;
  const name = bytes.toString("latin1", start, end);
  if (known === undefined && names.size < MOST_NAMES) names.set(hash, name);
  return name;
}
