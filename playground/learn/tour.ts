/** The guided tour: a lesson at a time above the answers. */
import type { App } from "../page/app.js";
import { byId, h } from "../page/dom.js";
import { EMPTY_STATE, setupOf } from "../page/state.js";
import { LESSONS } from "./lessons.js";

export interface Tour {
  readonly start: () => void;
  /** Asks the engine whether the question is answered. */
  readonly check: () => Promise<void>;
}

export function showTour({ store, ask, tell }: App): Tour {
  const place = byId("tour");
  const verdict = h("p", { class: "verdict", role: "status", "aria-live": "polite" });
  const open = (step: number | undefined) => {
    const lesson = step === undefined ? undefined : LESSONS[step];
    if (!lesson) return store.set({ step: undefined });
    const name = `lesson-${step! + 1}.yaml`;
    store.set({ ...EMPTY_STATE, files: [{ name, text: lesson.yaml }], current: name, ...lesson.view, step });
    tell("");
  };
  const show = () => {
    const { step } = store.get();
    const lesson = step === undefined ? undefined : LESSONS[step];
    place.hidden = !lesson;
    if (!lesson) return place.replaceChildren();
    verdict.textContent = "";
    const button = (text: string, to: number | undefined) =>
      h("button", { type: "button", click: () => open(to) }, text);
    place.replaceChildren(
      h("h2", {}, `${step! + 1} of ${LESSONS.length}: ${lesson.title}`),
      h("p", {}, lesson.text),
      h("p", { class: "question" }, h("b", {}, "Your turn: "), lesson.question),
      h("details", {}, h("summary", {}, "A hint"), h("p", {}, lesson.hint)),
      verdict,
      h(
        "div",
        { class: "controls" },
        step! > 0 && button("Back", step! - 1),
        step! < LESSONS.length - 1 ? button("Next", step! + 1) : undefined,
        button(step! < LESSONS.length - 1 ? "End the tour" : "Done", undefined),
      ),
    );
  };
  store.subscribe((state, before) => {
    if (state.step !== before.step) show();
  });
  show();
  return {
    start: () => open(0),
    async check() {
      const state = store.get();
      const lesson = state.step === undefined ? undefined : LESSONS[state.step];
      if (!lesson) return;
      const isAnswered = await lesson.isAnswered(ask, setupOf(state));
      verdict.textContent = isAnswered ? "Yes, that is it." : "Not yet: change the YAML.";
      verdict.classList.toggle("good", isAnswered);
    },
  };
}
