/** The editor of the input's files. */
import { yaml } from "@codemirror/lang-yaml";
import { lintGutter, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { basicSetup } from "codemirror";
import type { Mark, Place } from "../engine/protocol.js";
import type { EditorHandle } from "./app.js";
import { look } from "./highlight.js";
import { light, litLines } from "./lit-lines.js";
import { pointing } from "./pointing.js";
import type { Store } from "./state.js";

const SEVERITY = { error: "error", warning: "warning", note: "info" } as const;

export interface Editor extends EditorHandle {
  /** Puts it on the page, once; until then nothing is lit or marked. */
  readonly show: () => void;
  readonly mark: (marks: readonly Mark[]) => void;
}

export function createEditor(parent: HTMLElement, store: Store): Editor {
  const listeners: ((place: Place) => void)[] = [];
  const point = (line: number) => {
    for (const listener of listeners) listener({ file: store.get().current, line });
  };
  const textOf = () => store.get().files.find(({ name }) => name === store.get().current)?.text ?? "";
  const edited = EditorView.updateListener.of(({ docChanged, state }) => {
    if (docChanged && state.doc.toString() !== textOf()) keepText(store, state.doc.toString());
  });
  const make = () =>
    EditorState.create({
      doc: textOf(),
      extensions: [
        basicSetup,
        yaml(),
        lintGutter(),
        litLines,
        ...look(),
        pointing(point),
        edited,
        EditorView.contentAttributes.of({ tabindex: "0", "aria-label": "Manifests of the cluster, YAML or JSON" }),
      ],
    });
  let view: EditorView | undefined;
  store.subscribe((state, before) => {
    if (!view) return;
    if (state.current !== before.current) view.setState(make());
    else if (state.files !== before.files && view.state.doc.toString() !== textOf())
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: textOf() } });
  });
  return {
    show: () => void (view ??= new EditorView({ parent, state: make() })),
    light: (place) => view && light(view, place && place.file === store.get().current ? [place.line] : []),
    reveal: ({ file, line }) => {
      if (!view) return;
      if (file !== store.get().current) store.set({ current: file });
      const at = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines)).from;
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
      view.focus();
    },
    onPoint: (listener) => void listeners.push(listener),
    mark: (marks) => {
      if (!view) return;
      const shown = view;
      const own = marks.filter(({ file }) => file === store.get().current);
      view.dispatch(
        setDiagnostics(
          view.state,
          own.map((mark) => diagnosticOf(mark, shown.state)),
        ),
      );
    },
  };
}

function keepText(store: Store, text: string): void {
  const { files, current } = store.get();
  store.set({ files: files.map((file) => (file.name === current ? { ...file, text } : file)) });
}

function diagnosticOf({ from, to, line, severity, message, notes, replacement }: Mark, state: EditorState): Diagnostic {
  const whole = state.doc.line(Math.min(Math.max(line ?? 1, 1), state.doc.lines));
  const start = Math.min(from ?? whole.from, state.doc.length);
  const end = Math.min(Math.max(to ?? whole.to, start), state.doc.length);
  return {
    // What spans several lines is marked on its first.
    from: start,
    to: Math.min(end, state.doc.lineAt(start).to),
    severity: SEVERITY[severity],
    message: [message, ...notes].join("\n"),
    ...(replacement !== undefined && {
      actions: [
        {
          name: `Replace with ${replacement}`,
          apply: (view, a, b) => view.dispatch({ changes: { from: a, to: b, insert: replacement } }),
        },
      ],
    }),
  };
}
