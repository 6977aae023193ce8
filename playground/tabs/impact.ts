/** What an edit changes: a state is kept, and every frontend compared with it. */
import type { ImpactChange, ImpactReport } from "../../lib/index.js";
import { IMPACT_KINDS } from "../../lib/results/impact-report.js";
import {
  frontendLines,
  IMPACT_MEANINGS,
  IMPACT_TITLES,
  sideWords,
  summaryWords,
  workWords,
} from "../../lib/render/impact-words.js";
import type { App, Tab } from "../page/app.js";
import { h } from "../page/dom.js";
import { setupOf, type State } from "../page/state.js";
import { noAnswer } from "./no-answer.js";

/** More would be no page to read. */
const MOST_CHANGES = 200;
const MOST_LINES = 50;

export function impactTab(app: App): Tab {
  const { ask, store } = app;
  const keep = h(
    "button",
    { type: "button", id: "keep", click: () => store.set({ kept: store.get().files }) },
    "Keep this state",
  );
  const back = h("button", { type: "button", id: "go-back", click: () => goBack(app) }, "Go back to the state kept");
  const result = h("div", { role: "status", "aria-live": "polite" });
  const element = h("div", { class: "column pad" }, h("div", { class: "controls" }, keep, back), result);
  const refresh = async () => {
    const state = store.get();
    const { kept } = state;
    back.hidden = isUnchanged(state) || kept === undefined;
    if (kept === undefined) return result.replaceChildren(h("p", {}, HOW));
    if (isUnchanged(state)) return result.replaceChildren(h("p", {}, UNCHANGED));
    const { answer, marks } = await ask("impact", { ...setupOf(state), kept });
    result.replaceChildren(...(answer ? partsOf(answer) : [noAnswer(app, marks)]));
  };
  return { element, refresh };
}

const HOW = "Keep the state, then edit it: here stands what becomes of every client, the worst first.";
const UNCHANGED =
  "This is the state that was kept. Edit it: here stands what becomes of every client, the worst first.";

function isUnchanged({ files, kept }: State): boolean {
  if (files.length !== kept?.length) return false;
  return files.every(({ name, text }, i) => name === kept[i]!.name && text === kept[i]!.text);
}

function goBack({ store }: App): void {
  const { kept, current } = store.get();
  const [first] = kept ?? [];
  if (kept && first)
    store.set({ files: kept, current: kept.some(({ name }) => name === current) ? current : first.name });
}

function partsOf(report: ImpactReport): HTMLElement[] {
  const { changes, changed, before, after, endpoints, undecided, notes } = report;
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [h("h3", {}, title), h("ul", {}, ...few(lines).map((line) => h("li", {}, line)))];
  return [
    h("h3", { class: changed ? "bad" : "good" }, summaryWords(report)),
    h("p", { class: "about" }, `before: ${sideWords(before)}`),
    h("p", { class: "about" }, `after: ${sideWords(after)}`),
    ...IMPACT_KINDS.flatMap((kind) => {
      const own = changes.filter((change) => change.kind === kind);
      if (own.length === 0) return [];
      const more = own.length - MOST_CHANGES;
      return [
        h("h3", {}, IMPACT_TITLES[kind]),
        h("p", { class: "about" }, IMPACT_MEANINGS[kind]),
        h("ul", { class: "marks" }, ...own.slice(0, MOST_CHANGES).map(changeOf)),
        ...(more > 0 ? [h("p", {}, `and ${more} more: see the command line.`)] : []),
      ];
    }),
    ...list(
      "Endpoints",
      endpoints.map(({ service, before: had, after: has, kept }) => {
        const fresh = has > kept ? `, ${has - kept} new` : "";
        return `${service} keeps ${kept} of ${had} ready endpoints${fresh}`;
      }),
    ),
    ...list("Rules", workWords(report)),
    ...list(
      "Not decided",
      undecided.map(({ subject, reason }) => `${subject}: ${reason}`),
    ),
    ...(notes.length > 0 ? [h("ul", { class: "assumptions" }, ...notes.map((text) => h("li", {}, text)))] : []),
  ];
}

const SEVERITY: Readonly<Partial<Record<ImpactChange["kind"], string>>> = { lost: "error", exposed: "error" };

function changeOf(change: ImpactChange): HTMLElement {
  const { kind, message, count, details, frontends } = change;
  const lines = [...(count > 1 ? frontendLines(frontends) : []), ...details];
  return h(
    "li",
    { class: SEVERITY[kind] ?? "warning" },
    message,
    lines.length > 0 && h("ul", {}, ...few(lines).map((line) => h("li", {}, line))),
  );
}

function few(lines: readonly string[]): readonly string[] {
  return lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), `and ${lines.length - MOST_LINES} more`] : lines;
}
