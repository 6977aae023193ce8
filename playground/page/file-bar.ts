/** The input's files: which is in the editor, and others to begin with. */
import { EXAMPLES, stateOf } from "../examples/index.js";
import type { App } from "./app.js";
import { choice, h } from "./dom.js";

export function fileControls(app: App, drop: (files: Iterable<File>) => Promise<void>): HTMLElement[] {
  const { store } = app;
  const { files, current } = store.get();
  const groups = new Map<string, HTMLOptGroupElement>();
  for (const { id, title, group } of EXAMPLES) {
    let element = groups.get(group);
    if (!element) groups.set(group, (element = h("optgroup", { label: group })));
    element.append(new Option(title, id));
  }
  const menu = h("select", {
    id: "examples",
    change: () => {
      const example = EXAMPLES.find(({ id }) => id === menu.value);
      if (!example) return;
      store.set(stateOf(example));
      app.tell(`${example.title}: ${example.about}`);
    },
  });
  menu.append(new Option("choose one", ""), ...groups.values());
  const picker = h("input", {
    type: "file",
    multiple: true,
    class: "unseen",
    id: "open-files",
    tabindex: "-1",
    "aria-label": "Files to open",
  });
  picker.addEventListener("change", () => void drop(picker.files ?? []));
  return [
    h("label", {}, h("span", {}, "Example"), menu),
    ...(files.length > 1
      ? [
          choice(
            "File",
            files.map(({ name }) => [name, name]),
            current,
            (value) => store.set({ current: value }),
          ),
        ]
      : []),
    h(
      "button",
      { type: "button", title: "Manifests, a cluster dump, a bundle (.tar.gz), captures", click: () => picker.click() },
      "Open files",
    ),
    picker,
  ];
}
