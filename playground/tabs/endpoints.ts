/** Who gets traffic, and why a pod does not. */
import type { EndpointsOfService } from "../engine/protocol.js";
import type { App, Tab } from "../page/app.js";
import { h, table } from "../page/dom.js";
import { setupOf } from "../page/state.js";
import { noAnswer } from "./no-answer.js";

const HEADINGS = ["Port", "Address", "State", "Node", "Zone", "Hints"];

const FROM: Readonly<Record<string, string>> = {
  endpointslices: "as the EndpointSlices of the input say",
  mirrored: "mirrored from an Endpoints object",
  pods: "as the controller makes them of the pods",
  unknown: "the input does not tell",
  none: "nothing makes any",
};

export function endpointsTab({ ask, store, ...app }: App): Tab {
  const element = h("div", { class: "column pad" });
  const refresh = async () => {
    const { answer, marks } = await ask("endpoints", setupOf(store.get()));
    const parts = answer?.map(sectionOf) ?? [noAnswer({ ask, store, ...app }, marks)];
    element.replaceChildren(...(parts.length > 0 ? parts : [h("p", {}, "The input holds no Service.")]));
  };
  return { element, refresh };
}

function sectionOf({ service, source, whyNoRules, rows, leftOut }: EndpointsOfService): HTMLElement {
  return h(
    "section",
    {},
    h("h3", {}, service),
    h("p", { class: "about" }, [FROM[source] ?? source, ...(whyNoRules ? [`no rules: ${whyNoRules}`] : [])].join("; ")),
    rows.length > 0
      ? table(
          `Endpoints of ${service}`,
          HEADINGS,
          rows.map(({ port, address, state, node, zone, hints }) => [port, address, badge(state), node, zone, hints]),
        )
      : h("p", {}, h("strong", {}, "No endpoints.")),
    leftOut.length > 0 &&
      h(
        "ul",
        { class: "marks" },
        ...leftOut.map(({ pod, part, reason }) =>
          h(
            "li",
            { class: "warning" },
            h("strong", {}, `Pod ${pod}`),
            ` is none${part ? ` of ${part}` : ""}: ${reason}`,
          ),
        ),
      ),
  );
}

function badge(state: string): HTMLElement {
  return h("span", { class: state === "ready" ? "badge good" : "badge bad" }, state);
}
