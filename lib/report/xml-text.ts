import { wellFormed } from "./well-formed.js";

/** What XML 1.0 has no way to hold, even as an entity, and what a terminal may act on; tab and newline are fine. */
const UNFIT =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** The text for an element or, with `attribute`, for a value in double quotes, where line ends would become blanks. */
export function xmlText(text: string, place: "element" | "attribute" = "element"): string {
  const safe = wellFormed(text)
    .replace(UNFIT, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .replace(/[&<>"']/g, (c) => ENTITIES[c]!);
  return place === "element" ? safe : safe.replace(/\t/g, "&#9;").replace(/\n/g, "&#10;");
}
