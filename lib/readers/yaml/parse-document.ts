/** The value of one YAML document, with what is wrong in it. */
import type { Buffer } from "../../platform/bytes.js";
import { constructFromEvents, EVENT_ID, parseEvents, YAMLException } from "js-yaml";
import { findDuplicateKeys, type KeyPlace } from "./duplicate-keys.js";
import { expandedSize, MOST_NODES } from "./expanded-size.js";
import { NOT_PLAIN, parsePlainYAML } from "./parse-plain.js";
import { KUBECTL_SCHEMA } from "./schema.js";

const MAX_DEPTH = 100;

/** Something wrong at an index (in UTF-16 units) of the text. */
export interface YAMLTrouble {
  readonly code: "invalid-yaml" | "duplicate-key" | "alias-bomb" | "nesting-too-deep";
  readonly message: string;
  readonly index: number;
  /** Where it ends; one character when left out. */
  readonly end?: number;
}

export type ParsedDocument =
  { readonly values: readonly unknown[]; readonly warnings: readonly YAMLTrouble[] } | { readonly error: YAMLTrouble };

/** The values of the text, mostly one; the last of equal keys wins, with a warning. `bytes`: those of the text. */
export function parseYAMLDocument(text: string, bytes?: Buffer): ParsedDocument {
  const plain = parsePlainYAML(text, bytes);
  if (plain !== NOT_PLAIN) return { values: [plain], warnings: [] };
  return parseAnyYAML(text);
}

/** As parseYAMLDocument, always by js-yaml. */
export function parseAnyYAML(text: string): ParsedDocument {
  const warnings: YAMLTrouble[] = [];
  try {
    const events = parseEvents(text, { maxDepth: MAX_DEPTH });
    const options = { source: text, schema: KUBECTL_SCHEMA };
    let values: readonly unknown[];
    try {
      values = constructFromEvents(events, options);
    } catch (error) {
      if (!(error instanceof YAMLException) || error.reason !== "duplicated mapping key") throw error;
      warnings.push(...findDuplicateKeys(text, events).map(duplicateKey));
      values = constructFromEvents(events, { ...options, json: true });
    }
    const alias = events.find((event) => event.type === EVENT_ID.ALIAS);
    if (alias && expandedSize(values) > MOST_NODES)
      return { error: aliasBomb("anchorStart" in alias ? alias.anchorStart : 0) };
    return { values, warnings };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const isDeep = error.reason.startsWith("nesting exceeded");
    const index = error.mark?.position ?? 0;
    return { error: { code: isDeep ? "nesting-too-deep" : "invalid-yaml", message: plainWords(error.reason), index } };
  }
}

function duplicateKey({ key, start, end }: KeyPlace): YAMLTrouble {
  const shown = JSON.stringify(key.slice(0, 60));
  return {
    code: "duplicate-key",
    message: `key ${shown} occurs twice in one mapping; the last one wins`,
    index: start,
    end,
  };
}

function aliasBomb(index: number): YAMLTrouble {
  return {
    code: "alias-bomb",
    message: `aliases blow this document up to more than ${MOST_NODES} values, or contain themselves`,
    index: Math.max(0, index - 1),
  };
}

/** js-yaml's reasons without its own option names. */
function plainWords(reason: string): string {
  return reason.replace(/maxTotalMergeKeys \((\d+)\)/, "the limit of $1").replace(/maxDepth \((\d+)\)/, "$1 levels");
}
