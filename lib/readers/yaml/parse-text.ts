/** YAML inside an object: a configuration kept as a string. */
import { parseYAMLDocument } from "./parse-document.js";

export interface YAMLTextError {
  readonly message: string;
  /** From 1. */
  readonly line: number;
}

/** The documents of the text as kubectl would read them, the last of equal keys winning. */
export function parseYAMLText(
  text: string,
): { readonly values: readonly unknown[] } | { readonly error: YAMLTextError } {
  const parsed = parseYAMLDocument(text);
  if ("values" in parsed) return parsed;
  const { message, index } = parsed.error;
  return { error: { message, line: text.slice(0, index).split("\n").length } };
}
