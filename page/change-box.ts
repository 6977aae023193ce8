import type { PageChange } from "../lib/render/html/page-data.js";
import { h } from "../playground/page/dom.js";
import { textBlock } from "./copy.js";
import { harmBadge } from "./harms.js";

/** What the two sides of a change are called; no sign is used that an option of a rule begins with. */
const SIDES = {
  node: { expected: "Missing: should be there and is not", actual: "Extra: is there and should not be" },
  captures: { expected: "Before: only the first capture has it", actual: "After: only the second capture has it" },
} as const;

/** One change: what is wrong and for whom, and the rules of both sides beside each other. */
export function changeBox(change: PageChange, isTurn: boolean): HTMLElement {
  const { kind, message, at, harm, severity } = change;
  const titles = SIDES[isTurn ? "captures" : "node"];
  const [has, had] = [new Set(change.actual), new Set(change.expected)];
  const expected = change.expected.filter((rule) => !has.has(rule));
  const actual = change.actual.filter((rule) => !had.has(rule));
  const side = (title: string, name: string, rules: readonly string[]) =>
    rules.length > 0 && h("div", { class: name }, textBlock(title, [rules.join("\n")], `${rules.join("\n")}\n`));
  return h(
    "section",
    { class: `change ${severity}` },
    h(
      "p",
      {},
      !isTurn && harmBadge(harm),
      " ",
      message,
      h("small", {}, ` ${kind}${at === undefined ? "" : `, ${at}`}`),
    ),
    h("div", { class: "sides" }, side(titles.expected, "missing", expected), side(titles.actual, "stale", actual)),
  );
}
