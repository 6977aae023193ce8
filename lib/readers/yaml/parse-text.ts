/** YAML inside an object: a configuration kept as a string. */
import { loadAll, YAMLException } from "js-yaml";
import { KUBECTL_SCHEMA } from "./schema.js";

export interface YAMLTextError {
  readonly message: string;
  /** From 1. */
  readonly line: number;
}

/** The documents of the text as kubectl would read them, the last of equal keys winning. */
export function parseYAMLText(
  text: string,
): { readonly values: readonly unknown[] } | { readonly error: YAMLTextError } {
  try {
    return { values: loadAll(text, { schema: KUBECTL_SCHEMA, json: true }) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { error: { message: error.reason, line: (error.mark?.line ?? 0) + 1 } };
  }
}
