/** The text of a configuration file to its value, YAML or JSON, with where it stands. */
import { Buffer, isUtf8 } from "../platform/bytes.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { findJSONError } from "../readers/json/find-error.js";
import { firstInvalidUtf8 } from "../readers/utf8.js";
import { parseYAMLDocument } from "../readers/yaml/parse-document.js";
import type { Origin } from "../source/origin.js";
import type { Source } from "../source/source.js";

/** More than any list of cases that somebody wrote. */
const LARGEST = 4 << 20;

export interface ParsedConfig {
  readonly value: unknown;
  readonly origin: Origin;
}

/** Undefined after an error was reported. A file without any value is an empty mapping. */
export function parseConfigText(source: Source, report: (diagnostic: Diagnostic) => void): ParsedConfig | undefined {
  const trouble = (code: Diagnostic["code"], offset: number, message: string) =>
    report({
      code,
      severity: code === "duplicate-key" ? "warning" : "error",
      message,
      at: { source, start: offset, end: Math.min(offset + 1, source.size) },
    });
  if (source.size > LARGEST) {
    trouble("invalid-yaml", 0, `the file is larger than ${LARGEST >> 20} MB, which no list of cases is`);
    return undefined;
  }
  const bytes = source.read(0, source.size);
  if (!isUtf8(bytes)) {
    const offset = firstInvalidUtf8(bytes);
    trouble("invalid-utf8", offset, `the text is not UTF-8 at byte ${offset}`);
    return undefined;
  }
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start).toString("utf8");
  const origin = { source, start, end: source.size, path: [] };
  const looksLikeJSON = /^\s*\{/.test(text);
  if (looksLikeJSON) {
    const value = parseJSON(text);
    if (value !== undefined) return { value, origin: { ...origin, syntax: "json" } };
    // A flow mapping of YAML begins as JSON does.
  }
  const parsed = parseYAMLDocument(text);
  if ("error" in parsed) {
    if (looksLikeJSON) {
      const { offset, message } = findJSONError(bytes.subarray(start));
      trouble("invalid-json", start + offset, message);
      return undefined;
    }
    trouble(parsed.error.code, start + byteOffset(text, parsed.error.index), parsed.error.message);
    return undefined;
  }
  for (const { code, message, index } of parsed.warnings) trouble(code, start + byteOffset(text, index), message);
  if (parsed.values.length > 1) {
    trouble("check-config-wrong-type", start, `the file holds ${parsed.values.length} YAML documents, not one`);
    return undefined;
  }
  return { value: parsed.values[0] ?? {}, origin: { ...origin, syntax: "yaml" } };
}

function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function byteOffset(text: string, index: number): number {
  return Buffer.byteLength(text.slice(0, index));
}
