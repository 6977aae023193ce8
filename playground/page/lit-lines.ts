/** Lines that are lit since something elsewhere points at them. */
import { StateEffect, StateField, type EditorState } from "@codemirror/state";
import { Decoration, EditorView, type DecorationSet } from "@codemirror/view";

const lightLines = StateEffect.define<readonly number[]>();
const lit = Decoration.line({ class: "cm-lit" });

function decorations(state: EditorState, lines: readonly number[]): DecorationSet {
  const known = [...new Set(lines)].filter((line) => line >= 1 && line <= state.doc.lines).sort((a, b) => a - b);
  return Decoration.set(known.map((line) => lit.range(state.doc.line(line).from)));
}

/** The extension. */
export const litLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, { effects, changes, state }) {
    for (const effect of effects) if (effect.is(lightLines)) return decorations(state, effect.value);
    return value.map(changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Lights these lines, from 1, and no others; `show`: the first of them is scrolled to when none is in view. */
export function light(view: EditorView, lines: readonly number[], show = true): void {
  view.dispatch({ effects: lightLines.of(lines) });
  const first = lines.find((line) => line >= 1 && line <= view.state.doc.lines);
  if (!show || first === undefined) return;
  const { from, to } = view.viewport;
  const isSeen = lines.some((line) => {
    if (line < 1 || line > view.state.doc.lines) return false;
    const at = view.state.doc.line(line).from;
    return at >= from && at <= to && isOnScreen(view, at);
  });
  if (!isSeen) view.dispatch({ effects: EditorView.scrollIntoView(view.state.doc.line(first).from, { y: "center" }) });
}

function isOnScreen(view: EditorView, at: number): boolean {
  const block = view.lineBlockAt(at);
  const { scrollTop, clientHeight } = view.scrollDOM;
  return block.top >= scrollTop && block.bottom <= scrollTop + clientHeight;
}
