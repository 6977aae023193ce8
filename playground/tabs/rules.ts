/** The rules of a node, and what each of them is there for. */
import { foldGutter } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import type { InputFile, Place, RuleLine, RulesAnswer } from "../engine/protocol.js";
import type { App, Tab } from "../page/app.js";
import { choice, h } from "../page/dom.js";
import { rulesQuestion } from "../page/first-state.js";
import { look, rulesLanguage } from "../page/highlight.js";
import { light, litLines } from "../page/lit-lines.js";
import { pointing } from "../page/pointing.js";
import { setupOf } from "../page/state.js";
import { noAnswer } from "./no-answer.js";

export function rulesTab(app: App): Tab {
  const head = h("div", { class: "controls" });
  const body = h("div", { class: "rules" });
  const sentence = h("p", { class: "sentence", role: "status", "aria-live": "polite" }, HINT);
  const element = h("div", { class: "column" }, head, body, sentence);
  let answer: RulesAnswer | undefined;
  let lines: readonly (RuleLine | null)[] = [];
  const view = new EditorView({
    parent: body,
    state: EditorState.create({
      extensions: extensions(
        (line) => point(line),
        (line) => void explain(line),
      ),
    }),
  });
  const point = (line: number) => app.editor.light(lines[line - 1]?.at ?? undefined);
  const explain = async (line: number) => {
    const about = lines[line - 1];
    const rule = about?.rule ?? view.state.doc.line(line).text;
    const { service, chain } = about ?? {};
    const found = await app.ask("explainLine", { ...setupOf(app.store.get()), service, chain, rule });
    sentence.textContent = [service && `${service}: `, found ?? "This line is there for all Services."].join("");
  };
  app.editor.onPoint((place) => light(view, linesFor(lines, place, app.store.get().files), true));
  const refresh = async () => {
    const { answer: found, marks } = await app.ask("rules", rulesQuestion(app.store.get()));
    answer = found;
    lines = [];
    body.hidden = found === undefined;
    head.replaceChildren(...(found ? headOf(app, found) : [noAnswer(app, marks)]));
    const text = found?.text ?? "";
    if (view.state.doc.toString() !== text)
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  };
  const complete = async () => {
    if (!answer) return;
    const { artifact, text } = answer;
    lines = await app.ask("linesOfRules", { ...setupOf(app.store.get()), artifact, text });
  };
  return { element, refresh, complete };
}

const HINT = "Point at a rule to see the manifest line it comes from; press Enter or click for its sentence.";

function extensions(point: (line: number) => void, explain: (line: number) => void) {
  const explainHere = ({ state }: EditorView) => {
    explain(state.doc.lineAt(state.selection.main.head).number);
    return true;
  };
  return [
    keymap.of([{ key: "Enter", run: explainHere }, ...searchKeymap]),
    EditorView.domEventHandlers({ click: (_event, view) => void explainHere(view) }),
    EditorState.readOnly.of(true),
    lineNumbers(),
    foldGutter(),
    highlightActiveLine(),
    EditorView.lineWrapping,
    highlightSelectionMatches(),
    search({ top: true }),
    rulesLanguage,
    litLines,
    ...look(),
    pointing(point),
    EditorView.contentAttributes.of({
      tabindex: "0",
      "aria-label": "Rules of the node, read only",
      "aria-readonly": "true",
    }),
  ];
}

function headOf({ store }: App, answer: RulesAnswer): Node[] {
  const { format } = store.get();
  const { artifact: shown, artifacts, mode, node, kubeVersion, family } = answer;
  const spelling =
    shown === "iptables" &&
    choice(
      "Spelling",
      [
        ["restore", "as kube-proxy writes it"],
        ["save", "as iptables-save prints it"],
      ],
      format,
      (value) => store.set({ format: value as "restore" | "save" }),
    );
  return [
    h(
      "p",
      { class: "about" },
      `${mode}, Kubernetes ${kubeVersion}, ${family}, ${node === "" ? "any node" : `node ${node}`}`,
    ),
    ...(artifacts.length > 1
      ? [
          choice(
            "Text",
            artifacts.map((name) => [name, name]),
            shown,
            (value) => store.set({ artifact: value }),
          ),
        ]
      : []),
    ...(spelling ? [spelling] : []),
  ];
}

/** The rules of the line pointed at; of its whole document when the line itself is no port's. */
function linesFor(lit: readonly (RuleLine | null)[], { file, line }: Place, files: readonly InputFile[]): number[] {
  const own = lit.flatMap((rule, i) => (rule?.at?.file === file ? [{ line: i + 1, at: rule.at.line }] : []));
  const exact = own.filter(({ at }) => at === line);
  if (exact.length > 0) return exact.map((one) => one.line);
  const lines = files.find(({ name }) => name === file)?.text.split("\n") ?? [];
  const isBreak = (i: number) => lines[i]?.startsWith("---") ?? true;
  let [first, last] = [line - 1, line - 1];
  while (first > 0 && !isBreak(first - 1)) first--;
  while (last < lines.length - 1 && !isBreak(last + 1)) last++;
  return own.filter(({ at }) => at - 1 >= first && at - 1 <= last).map((one) => one.line);
}
