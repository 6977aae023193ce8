/** What a node holds, compared with what it should hold. */
import type { DiffAnswer } from "../engine/questions.js";
import type { App, Tab } from "../page/app.js";
import { choice, h } from "../page/dom.js";
import { setupOf } from "../page/state.js";
import { capturedNode } from "./captured-node.js";
import { noAnswer } from "./no-answer.js";

const PASTED = "node.txt";

export function diffTab(app: App): Tab {
  const { ask, store } = app;
  const area = h("textarea", {
    id: "capture",
    rows: "8",
    spellcheck: "false",
    placeholder: "iptables-save, nft list ruleset, or ipvsadm-save -n with ipset save",
    input: () => store.set({ captures: area.value === "" ? [] : [{ name: PASTED, text: area.value }] }),
  });
  const result = h("div", { role: "status", "aria-live": "polite" });
  const label = h(
    "label",
    { class: "block", for: "capture" },
    "What the node holds (paste it, or drop files on the page)",
  );
  const which = h("div", { class: "controls" });
  const element = h("div", { class: "column pad" }, which, label, area, result);
  const refresh = async () => {
    const state = store.get();
    const { captures, node, nodes } = capturedNode(state);
    const chosen = nodes.length > 1 && captured(nodes, node, (name) => store.set({ node: name }));
    which.replaceChildren(...(chosen ? [chosen] : []));
    if (document.activeElement !== area) area.value = captures.map(({ text }) => text).join("\n");
    if (captures.length === 0) return result.replaceChildren(h("p", {}, "Nothing to compare with yet."));
    const { answer, marks } = await ask("diff", { ...setupOf(state), node, captures });
    result.replaceChildren(...(answer ? partsOf(app, answer) : [noAnswer(app, marks)]));
  };
  return { element, refresh };
}

function captured(nodes: readonly string[], node: string, change: (name: string) => void): HTMLElement {
  return choice(
    "Captured",
    nodes.map((name) => [name, name]),
    node,
    change,
  );
}

/** More would be no page to read. */
const MOST_CHANGES = 300;

function partsOf(app: App, { report, patch, coverage }: DiffAnswer): HTMLElement[] {
  const { changes, identical, assumptions, mode, node, kubeVersion } = report;
  const verdict = identical
    ? "No difference"
    : `${changes.length} ${changes.length === 1 ? "difference" : "differences"}`;
  return [
    h("h3", { class: identical ? "good" : "bad" }, verdict),
    h("p", { class: "about" }, `${coverage}; mode ${mode}, node ${node || "(not known)"}, Kubernetes ${kubeVersion}`),
    ...(assumptions.length > 0
      ? [h("ul", { class: "assumptions" }, ...assumptions.map((text) => h("li", {}, text)))]
      : []),
    h("ul", { class: "marks" }, ...changes.slice(0, MOST_CHANGES).map((change) => changeOf(change))),
    ...(changes.length > MOST_CHANGES
      ? [h("p", {}, `${changes.length - MOST_CHANGES} more: see the command line.`)]
      : []),
    ...(patch === ""
      ? []
      : [h("details", {}, h("summary", {}, "What brings the node right"), h("pre", { tabindex: "0" }, patch))]),
  ];
}

function changeOf({ kind, severity, message, expected, actual }: DiffAnswer["report"]["changes"][number]): HTMLElement {
  const side = (sign: string, name: string, lines: readonly string[]) =>
    lines.length > 0 && h("pre", { class: name, tabindex: "0" }, lines.map((line) => `${sign} ${line}`).join("\n"));
  return h(
    "li",
    { class: severity === "info" ? "note" : severity },
    h("strong", {}, kind),
    ` ${message}`,
    side("-", "missing", expected),
    side("+", "stale", actual),
  );
}
