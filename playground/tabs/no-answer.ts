import type { Mark } from "../engine/protocol.js";
import type { App } from "../page/app.js";
import { h } from "../page/dom.js";
import { markList } from "../page/mark-list.js";

/** Why there is no answer. */
export function noAnswer(app: App, marks: readonly Mark[]): HTMLElement {
  const errors = marks.filter(({ severity }) => severity === "error");
  return h(
    "div",
    { class: "empty" },
    h("p", {}, "There is no answer yet:"),
    markList(app, errors.length > 0 ? errors : marks),
  );
}
