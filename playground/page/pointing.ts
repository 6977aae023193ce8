import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/** Tells the line that the mouse is over or the cursor is in, from 1, when it changes. */
export function pointing(tell: (line: number) => void): Extension {
  let last = 0;
  const point = (line: number) => {
    if (line === last) return;
    last = line;
    tell(line);
  };
  return [
    EditorView.domEventHandlers({
      mousemove(event, view) {
        const at = view.posAtCoords({ x: event.clientX, y: event.clientY });
        if (at !== null) point(view.state.doc.lineAt(at).number);
      },
      mouseleave: () => void (last = 0),
    }),
    EditorView.updateListener.of(({ selectionSet, docChanged, state, view }) => {
      if (selectionSet && !docChanged && view.hasFocus) point(state.doc.lineAt(state.selection.main.head).number);
    }),
  ];
}
