/** What the parts of the page share; types only. */
import type { Checked } from "../engine/check.js";
import type { Place } from "../engine/protocol.js";
import type { Ask } from "./engine.js";
import type { Store } from "./state.js";

export interface App {
  readonly store: Store;
  readonly ask: Ask;
  readonly editor: EditorHandle;
  /** Says something that passes, to eyes and screen readers. */
  readonly tell: (text: string) => void;
  /** Of the newest input that was checked. */
  readonly checked: () => Checked | undefined;
}

export interface EditorHandle {
  /** Lights the lines of the file in the editor; none with no place. */
  readonly light: (place: Place | undefined) => void;
  /** Goes to a line, in its file. */
  readonly reveal: (place: Place) => void;
  /** Tells the line that is pointed at, by mouse or cursor. */
  readonly onPoint: (listener: (place: Place) => void) => void;
}

export interface Tab {
  readonly element: HTMLElement;
  /** Answers anew; called when the tab is in view and something has changed. */
  readonly refresh: () => Promise<void>;
  /** What may come after everything else that is in view. */
  readonly complete?: () => Promise<void>;
}
