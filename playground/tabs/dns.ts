/** What a program in a pod gets when it looks a name up. */
import type { NameAnswer } from "../engine/names.js";
import type { App, Tab } from "../page/app.js";
import { h } from "../page/dom.js";
import { suggestions } from "../page/suggestions.js";
import { setupOf } from "../page/state.js";
import { noAnswer } from "./no-answer.js";

export function dnsTab(app: App): Tab {
  const { ask, store, checked } = app;
  const change = (part: Partial<{ name: string; from: string }>) => store.set({ dns: { ...store.get().dns, ...part } });
  const name = suggestions("Name", "web, or web.default.svc.cluster.local", (value) => change({ name: value }));
  const from = suggestions("Asked by", "a pod, or a namespace", (value) => change({ from: value }));
  const result = h("div", { role: "status", "aria-live": "polite" });
  const element = h(
    "div",
    { class: "column pad" },
    h("div", { class: "controls" }, name.element, from.element),
    result,
  );
  const refresh = async () => {
    const state = store.get();
    const { services = [], pods = [], namespaces = [] } = checked()?.inventory ?? {};
    const [first = ""] = services;
    const asked = {
      name: state.dns.name || first.split("/")[1] || "",
      from: state.dns.from || first.split("/")[0] || "",
    };
    name.show(
      services.map((service) => service.split("/").reverse().join(".")),
      asked.name,
    );
    from.show([...namespaces, ...pods], asked.from);
    if (asked.name === "") return result.replaceChildren(h("p", {}, "The input holds no Service to ask for."));
    const { answer, marks } = await ask("dns", { ...setupOf(state), ...asked });
    result.replaceChildren(...(answer ? partsOf(answer) : [noAnswer(app, marks)]));
  };
  return { element, refresh };
}

function partsOf({ summary, isFound, lines, notes }: NameAnswer): HTMLElement[] {
  return [
    h("h3", { class: isFound ? "good" : "bad" }, summary),
    h("pre", { tabindex: "0" }, lines.join("\n")),
    h("ul", { class: "assumptions" }, ...notes.map((text) => h("li", {}, text))),
  ];
}
