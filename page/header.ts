import type { PageData } from "../lib/render/html/page-data.js";
import { h } from "../playground/page/dom.js";

/** What the page is about, the verdict, and what stands beside them. */
export function pageHeader({ title, verdict, isGood }: PageData, ...beside: readonly HTMLElement[]): HTMLElement {
  return h(
    "header",
    {},
    h(
      "div",
      { class: "title" },
      h("h1", {}, "svcrules: ", title),
      verdict !== undefined && h("p", { id: "verdict", class: isGood ? "good" : "bad" }, verdict),
    ),
    h("div", { class: "tools" }, ...beside),
  );
}
