/** Known failures in the input, each with its evidence and what to change. */
import type { DoctorReport } from "../../lib/index.js";
import type { App, Tab } from "../page/app.js";
import { h } from "../page/dom.js";
import { setupOf } from "../page/state.js";
import { capturedNode } from "./captured-node.js";
import { noAnswer } from "./no-answer.js";

export function doctorTab(app: App): Tab {
  const { ask, store } = app;
  const element = h("div", { class: "column pad" });
  const refresh = async () => {
    const state = store.get();
    const { answer, marks } = await ask("doctor", { ...setupOf(state), captures: capturedNode(state).captures });
    element.replaceChildren(...(answer ? partsOf(app, answer) : [noAnswer(app, marks)]));
  };
  return { element, refresh };
}

function partsOf(app: App, { findings, checks, notEnoughInput }: DoctorReport): HTMLElement[] {
  const count = findings.length === 0 ? "Nothing found" : `${findings.length} found`;
  return [
    h("h3", { class: findings.length === 0 ? "good" : "bad" }, count),
    h("p", { class: "about" }, `${checks.length} checks; ${notEnoughInput.length} of them need more input`),
    h("ul", { class: "marks" }, ...findings.map((finding) => findingOf(app, finding))),
  ];
}

type Finding = DoctorReport["findings"][number];

function findingOf(
  { editor }: App,
  { check, severity, subject, message, why, change, evidence }: Finding,
): HTMLElement {
  return h(
    "li",
    { class: severity === "info" ? "note" : severity },
    h("strong", {}, subject || "cluster"),
    ` ${message} `,
    h("code", {}, check),
    h(
      "ul",
      {},
      ...evidence.map(({ text, file, line }) =>
        h(
          "li",
          {},
          text,
          " ",
          file !== undefined && line !== undefined
            ? h(
                "button",
                { type: "button", class: "link", click: () => editor.reveal({ file, line }) },
                `${file}:${line}`,
              )
            : undefined,
        ),
      ),
    ),
    h("small", {}, why),
    h("p", {}, h("b", {}, "Change: "), change),
  );
}
