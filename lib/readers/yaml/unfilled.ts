/** Text that is no YAML because of what a program is to fill in: `{app: ${NAME}}`, `image: @IMAGE@`. */
import type { YAMLTrouble } from "./parse-any.js";
import { parseYAMLDocument } from "./parse-document.js";

/** ${NAME} and ${NAME:-text}, {{ name }}, @NAME@, %NAME%, <% ... %>. */
const PLACEHOLDER =
  /\$\{[^{}\n]{1,80}\}|\{\{[^{}\n]{1,80}\}\}|@[A-Za-z][\w.-]{0,80}@|%[A-Z]\w{0,80}%|<%[^\n]{1,80}?%>/g;
/** Candidates looked at. */
const MOST = 100;

/** The placeholder without which the text could be read, or further at least; undefined when that is none. */
export function unfilledPlace(text: string, error: YAMLTrouble): YAMLTrouble | undefined {
  const found = [...text.matchAll(PLACEHOLDER)].slice(0, MOST);
  if (found.length === 0 || error.code !== "invalid-yaml") return undefined;
  const filled = text.replace(PLACEHOLDER, (placeholder) => "x".repeat(placeholder.length));
  const parsed = parseYAMLDocument(filled);
  if ("error" in parsed && parsed.error.index <= error.index) return undefined;
  // The parser stops in the first one that it cannot read, or behind it.
  const first = found.findLast(({ index }) => index <= error.index) ?? found[0]!;
  const [shown] = first;
  return {
    code: "invalid-yaml",
    message: `${shown} is a placeholder that nobody has filled in yet, and without quotes it is no YAML`,
    index: first.index,
    end: first.index + shown.length,
    note: `fill it in first${shown.startsWith("${") ? ", for example with envsubst < FILE | svcrules compile -" : ""}`,
  };
}
