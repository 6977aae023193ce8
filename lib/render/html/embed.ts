/** Text of an input in a page: escaped where it is text, and unable to end the element where it is data. */
import { hash } from "../../platform/hash.js";
import { printable } from "../../util/printable.js";
import { PAGE_SCRIPT, PAGE_STYLE } from "./page-bundle.js";

/** Text between tags, or in a quoted attribute. */
function escaped(text: string): string {
  return printable(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** JSON that cannot end its script element, of text that shows what it is; lines stay lines. */
export function embedded(value: unknown): string {
  const shown = (_key: string, part: unknown) =>
    typeof part === "string" ? part.split("\n").map(printable).join("\n") : part;
  return JSON.stringify(value, shown).replace(/</g, "\\u003c");
}

const sha256 = (text: string) => `'sha256-${hash("sha256", text, "base64")}'`;

/** Everything up to the data, which is to be a JSON value. */
export function* pageStart(title: string): Iterable<string> {
  const policy = [
    "default-src 'none'",
    `script-src ${sha256(PAGE_SCRIPT)}`,
    `style-src ${sha256(PAGE_STYLE)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  yield "<!doctype html>";
  yield `<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`;
  yield `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  yield `<title>svcrules: ${escaped(title)}</title><style>${PAGE_STYLE}</style></head><body>`;
  yield `<noscript>This page is drawn by a script that it holds; it asks the network for nothing. Please allow scripts.</noscript>`;
  yield `<script type="application/json" id="data">`;
}

/** Everything behind the data. */
export function* pageEnd(): Iterable<string> {
  yield `</script>`;
  yield `<script>${PAGE_SCRIPT}</script></body></html>`;
}
