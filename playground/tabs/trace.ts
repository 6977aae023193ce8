/** What becomes of a packet: choose both ends, see every way with its probability. */
import type { TraceView } from "../../lib/index.js";
import type { App, Tab } from "../page/app.js";
import { h, percent } from "../page/dom.js";
import { suggestions } from "../page/suggestions.js";
import { setupOf } from "../page/state.js";
import { noAnswer } from "./no-answer.js";
import { pathOf } from "./trace-path.js";

export function traceTab(app: App): Tab {
  const { ask, store, checked } = app;
  const from = suggestions("From", "outside, an IP, a pod or node", (value) => change({ from: value }));
  const to = suggestions("To", "NAMESPACE/SERVICE:PORT or IP:PORT", (value) => change({ to: value }));
  const change = (part: Partial<{ from: string; to: string }>) =>
    store.set({ trace: { ...store.get().trace, ...part } });
  const result = h("div", { role: "status", "aria-live": "polite" });
  const element = h("div", { class: "column pad" }, h("div", { class: "controls" }, from.element, to.element), result);
  const refresh = async () => {
    const state = store.get();
    const { servicePorts = [], pods = [], nodes = [] } = checked()?.inventory ?? {};
    const ends = { from: state.trace.from || (pods[0] ?? "outside"), to: state.trace.to || (servicePorts[0] ?? "") };
    from.show(["outside", ...pods, ...nodes], ends.from);
    to.show(servicePorts, ends.to);
    if (ends.to === "") return result.replaceChildren(h("p", {}, "The input holds no Service to send to."));
    const { answer, marks } = await ask("trace", { ...setupOf(state), ...ends });
    result.replaceChildren(...(answer ? partsOf(app, answer) : [noAnswer(app, marks)]));
  };
  return { element, refresh };
}

function partsOf(app: App, view: TraceView): HTMLElement[] {
  const { packet, outcomes, assumptions, node, mode } = view;
  return [
    h(
      "p",
      { class: "about" },
      `${packet.protocol} from ${packet.sourceName ?? packet.source} to ${packet.destinationName ?? packet.destination}, `,
      `${packet.arrival}; ${node === "" ? "any node" : `node ${node}`}, mode ${mode}`,
    ),
    h("h3", {}, "What becomes of it"),
    h("ul", { class: "outcomes" }, ...outcomes.map(outcomeOf)),
    h("h3", {}, "On its way"),
    pathOf(app, view),
    ...(assumptions.length > 0
      ? [h("ul", { class: "assumptions" }, ...assumptions.map((text) => h("li", {}, text)))]
      : []),
  ];
}

type OutcomeView = TraceView["outcomes"][number];

function outcomeOf({ kind, text, probability, source, masqueraded, policy, declares }: OutcomeView): HTMLElement {
  const bar = h("meter", { min: "0", max: "1", value: String(probability), "aria-hidden": "true" });
  const sees = source && `${masqueraded ? "masqueraded: " : ""}the pod sees ${source}`;
  return h(
    "li",
    { class: kind },
    bar,
    h("strong", {}, percent(probability)),
    h("span", {}, [text, sees, declares].filter(Boolean).join("; ")),
    policy && h("small", {}, `NetworkPolicies: ${policy.verdict} (${policy.egress.reason}; ${policy.ingress.reason})`),
  );
}
