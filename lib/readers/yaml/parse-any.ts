/** The value of one YAML document by the whole grammar, with what is wrong in it. */
import { constructFromEvents, EVENT_ID, YAMLException, type Event } from "js-yaml";
import { parseYAMLEvents, type PlacedScalar, type YAMLEvents } from "./dialect/parse-events.js";
import { YAMLRefusal } from "./dialect/refusal.js";
import { findDuplicateKeys, findNullKey, type KeyPlace } from "./duplicate-keys.js";
import { expandedSize, MOST_LEVELS, MOST_NODES } from "./expanded-size.js";
import { MAX_DEPTH } from "./max-depth.js";
import { KUBECTL_SCHEMA } from "./schema.js";

/** Something wrong at an index (in UTF-16 units) of the text. */
export interface YAMLTrouble {
  readonly code: "invalid-yaml" | "duplicate-key" | "alias-bomb" | "nesting-too-deep";
  readonly message: string;
  readonly index: number;
  /** Where it ends; one character when left out. */
  readonly end?: number;
  /** What to do about it. */
  readonly note?: string;
}

export type ParsedDocument =
  | { readonly values: readonly unknown[]; readonly warnings: readonly YAMLTrouble[] }
  | { readonly error: YAMLTrouble };

/** The values of the text, mostly one; the last of equal keys wins, with a warning. */
export function parseAnyYAML(text: string): ParsedDocument {
  const warnings: YAMLTrouble[] = [];
  let parsed: YAMLEvents | undefined;
  try {
    parsed = parseYAMLEvents(text, MAX_DEPTH);
    const nullKey = findNullKey(parsed);
    if (nullKey) return { error: keyIsNull(nullKey) };
    const { source, events } = parsed;
    const options = { source, schema: KUBECTL_SCHEMA };
    let values: readonly unknown[];
    try {
      values = constructFromEvents(events, options);
    } catch (error) {
      if (!(error instanceof YAMLException) || error.reason !== "duplicated mapping key") throw error;
      warnings.push(...findDuplicateKeys(parsed).map((key) => duplicateKey(key, text)));
      values = constructFromEvents(events, { ...options, json: true });
    }
    const alias = events.find((event) => event.type === EVENT_ID.ALIAS);
    if (alias && expandedSize(values) > MOST_NODES)
      return { error: aliasBomb("anchorStart" in alias ? alias.anchorStart : 0) };
    return { values, warnings };
  } catch (error) {
    return { error: troubleOf(error, text, parsed?.events ?? []) };
  }
}

/** What is wrong, told by an error of the parser or of js-yaml; throws on any other. */
function troubleOf(error: unknown, text: string, events: readonly Event[]): YAMLTrouble {
  if (error instanceof YAMLRefusal) {
    const { reason, index, isDepth } = error;
    return { code: isDepth ? "nesting-too-deep" : "invalid-yaml", message: reason, index };
  }
  if (!(error instanceof YAMLException)) throw error;
  const index = placeInText(error.mark?.position ?? 0, text, events);
  return { code: "invalid-yaml", message: plainWords(error.reason), index };
}

/** A place in the events' source as one in the text: decoded values stand behind the text. */
function placeInText(position: number, text: string, events: readonly Event[]): number {
  if (position < text.length) return position;
  const scalar = events.find((event) => event.type === EVENT_ID.SCALAR && event.valueStart === position);
  return scalar ? Math.max(0, (scalar as PlacedScalar).start) : 0;
}

function duplicateKey({ key, start, end }: KeyPlace, text: string): YAMLTrouble {
  const shown = JSON.stringify(key.slice(0, 60));
  const beginsObject = (key === "apiVersion" || key === "kind") && (start === 0 || text[start - 1] === "\n");
  return {
    code: "duplicate-key",
    message: `key ${shown} occurs twice in one mapping; the last one wins`,
    index: start,
    end,
    ...(beginsObject
      ? { note: "if another object begins here, a line --- belongs in front of it: what stands before is lost" }
      : {}),
  };
}

function keyIsNull({ start, end }: PlacedScalar): YAMLTrouble {
  const place = start < 0 ? { index: 0 } : { index: start, end: Math.max(end, start + 1) };
  return { code: "invalid-yaml", message: "a key is null, which no object has", ...place, note: "put it in quotes" };
}

function aliasBomb(index: number): YAMLTrouble {
  return {
    code: "alias-bomb",
    message: `aliases blow this document up to more than ${MOST_NODES} values or ${MOST_LEVELS} levels, or contain themselves`,
    index: Math.max(0, index - 1),
  };
}

const PLAIN_WORDS: readonly (readonly [RegExp, string])[] = [
  [/maxTotalMergeKeys \((\d+)\)/, "the limit of $1"],
  [/^object-based map does not support complex keys$/, "a key is a list or a mapping, which no object has"],
  [/^cannot resolve a node with !<tag:yaml\.org,2002:(\w+)> explicit tag$/, "the value is not what its tag !!$1 says"],
  [/^cannot merge mappings; .*$/, 'what "<<" merges is a mapping or a list of mappings'],
];

/** js-yaml's reasons without the names of its options. */
function plainWords(reason: string): string {
  return PLAIN_WORDS.reduce((text, [pattern, words]) => text.replace(pattern, words), reason);
}
