import type { Mark } from "../engine/protocol.js";
import type { App } from "./app.js";
import { h } from "./dom.js";

/** Diagnostics as a list; those with a place lead to it. */
export function markList({ editor, store }: Pick<App, "editor" | "store">, marks: readonly Mark[]): HTMLElement {
  return h("ul", { class: "marks" }, ...marks.map((mark) => h("li", { class: mark.severity }, ...partsOf(mark))));

  function partsOf({ severity, message, notes, file, from, line }: Mark): (Node | string)[] {
    const text = store.get().files.find(({ name }) => name === file)?.text;
    const at = line ?? (from === undefined ? undefined : text?.slice(0, from).split("\n").length);
    const place =
      file !== undefined && at !== undefined && text !== undefined
        ? h(
            "button",
            { type: "button", class: "link", click: () => editor.reveal({ file, line: at }) },
            `${file}:${at}`,
          )
        : undefined;
    return [
      h("strong", {}, severity),
      " ",
      ...(place ? [place, " "] : []),
      message,
      ...notes.map((note) => h("small", {}, note)),
    ];
  }
}
