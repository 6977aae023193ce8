/** The page: the input on the left, the answers on the right, the engine behind them. */
import type { Checked } from "../engine/check.js";
import { diffTab } from "../tabs/diff.js";
import { dnsTab } from "../tabs/dns.js";
import { doctorTab } from "../tabs/doctor.js";
import { endpointsTab } from "../tabs/endpoints.js";
import { impactTab } from "../tabs/impact.js";
import { rulesTab } from "../tabs/rules.js";
import { traceTab } from "../tabs/trace.js";
import { showTour } from "../learn/tour.js";
import { actions } from "./actions.js";
import type { App, Tab } from "./app.js";
import { byId } from "./dom.js";
import { acceptDrops, openFiles } from "./drop.js";
import { createEditor } from "./editor.js";
import { newestOnly, startEngine } from "./engine.js";
import { fileControls } from "./file-bar.js";
import { firstState, rulesQuestion } from "./first-state.js";
import { stateFrom } from "./link.js";
import { markList } from "./mark-list.js";
import { setupControls } from "./setup-bar.js";
import { createStore, setupOf, type State, type TabName } from "./state.js";
import { showTabs } from "./tab-bar.js";

/** Milliseconds without a key before the engine is asked again. */
const PAUSE = 120;

const store = createStore(firstState(location.hash));
const ask = startEngine(rulesQuestion(store.get()));
const editor = createEditor(byId("editor"), store);
let checked: Checked | undefined;

function tell(text: string): void {
  const notice = byId("notice");
  notice.textContent = text;
  notice.hidden = text === "";
}

const app: App = { store, ask, editor, tell, checked: () => checked };
const tabs: Readonly<Record<TabName, Tab>> = {
  rules: rulesTab(app),
  endpoints: endpointsTab(app),
  trace: traceTab(app),
  diff: diffTab(app),
  doctor: doctorTab(app),
  dns: dnsTab(app),
  impact: impactTab(app),
};
showTabs(app, tabs);
const tour = showTour(app);

function showControls(): void {
  const focused = document.activeElement?.id;
  byId("setup").replaceChildren(...setupControls(app));
  byId("file-bar").replaceChildren(...fileControls(app, (files) => openFiles(app, files)));
  if (focused) document.getElementById(focused)?.focus();
}

const refresh = newestOnly(async () => {
  try {
    document.body.setAttribute("aria-busy", "true");
    // Rules need nothing of the check, and are what is looked at while typing.
    const { tab } = store.get();
    if (tab === "rules") await tabs.rules.refresh();
    editor.show();
    checked = await ask("check", setupOf(store.get()));
    editor.mark(checked.marks);
    byId("problems").replaceChildren(markList(app, checked.marks));
    showControls();
    if (tab !== "rules") await tabs[tab].refresh();
    await tour.check();
    await tabs[tab].complete?.();
  } catch (error) {
    tell(`The engine failed: ${error instanceof Error ? error.message : "no reason given"}. Please report the input.`);
  } finally {
    editor.show();
    document.body.removeAttribute("aria-busy");
    document.documentElement.dataset["ready"] = "";
  }
});

let timer: ReturnType<typeof setTimeout> | undefined;
store.subscribe((state: State, before: State) => {
  const isTyping = state.files !== before.files && state.current === before.current;
  delete document.documentElement.dataset["ready"];
  clearTimeout(timer);
  timer = setTimeout(() => void refresh(), isTyping ? PAUSE : 0);
});

addEventListener("hashchange", () => {
  const state = stateFrom(location.hash);
  if (state) store.set(state);
});
byId("actions").replaceChildren(...actions(app, tour));
acceptDrops(app);
showControls();
void refresh();
