/** The questions as tabs, as the ARIA pattern has them: arrows move, only the chosen one is in the tab order. */
import type { App, Tab } from "./app.js";
import { byId, h } from "./dom.js";
import { TABS, type TabName } from "./state.js";

const TITLES: Readonly<Record<TabName, string>> = {
  rules: "Rules",
  endpoints: "Endpoints",
  trace: "Trace",
  diff: "Diff",
  doctor: "Doctor",
  dns: "DNS",
  impact: "Impact",
};

export function showTabs({ store }: App, tabs: Readonly<Record<TabName, Tab>>): void {
  const list = byId("tabs");
  const buttons = TABS.map((name) =>
    h(
      "button",
      { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, click: () => choose(name) },
      TITLES[name],
    ),
  );
  const panels = TABS.map((name) =>
    h(
      "div",
      { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, tabindex: "0" },
      tabs[name].element,
    ),
  );
  const choose = (name: TabName) => store.set({ tab: name });
  const show = () => {
    for (const [i, name] of TABS.entries()) {
      const isChosen = name === store.get().tab;
      buttons[i]!.setAttribute("aria-selected", String(isChosen));
      buttons[i]!.tabIndex = isChosen ? 0 : -1;
      panels[i]!.hidden = !isChosen;
    }
  };
  list.addEventListener("keydown", (event) => {
    const at = TABS.indexOf(store.get().tab);
    const steps: Readonly<Record<string, number>> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    choose(TABS.at(next % TABS.length)!);
    buttons.at(next % TABS.length)!.focus();
  });
  list.replaceChildren(...buttons);
  byId("panels").replaceChildren(...panels);
  store.subscribe(show);
  show();
}
