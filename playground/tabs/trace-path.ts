/** The ways of a packet as a tree: each step a rule, with the packet's header after it. */
import type { TraceView } from "../../lib/index.js";
import type { App } from "../page/app.js";
import { h, percent } from "../page/dom.js";

type Step = TraceView["steps"][number];

interface Header {
  readonly source: string;
  readonly destination: string;
  readonly mark?: number;
}

export function pathOf(app: App, { packet, steps, ends }: TraceView): HTMLElement {
  const bracketed = packet.destination.includes(":") ? `[${packet.destination}]` : packet.destination;
  const header: Header = { source: packet.source, destination: `${bracketed}:${packet.port}` };
  return h(
    "ol",
    { class: "path" },
    h("li", {}, h("p", {}, "The packet as it is sent"), headerOf(header)),
    ...steps.map((step) => stepOf(app, step, header)),
    ...ends.map(endOf),
  );
}

/** A rule that leads to one rule alone is followed by it on the same level, so that long ways stay readable. */
function stepOf(app: App, first: Step, header: Header): HTMLElement {
  const items: HTMLElement[] = [];
  let step = first;
  let now = header;
  for (;;) {
    const { hit } = step;
    const { destination = now.destination, source = now.source, mark = now.mark } = hit;
    const after: Header = { source, destination, mark };
    const isChanged = after.source !== now.source || after.destination !== now.destination || after.mark !== now.mark;
    items.push(hitOf(app, step), ...(isChanged ? [headerOf(after, now)] : []));
    now = after;
    if (step.next.length !== 1 || step.ends.length > 0) break;
    step = step.next[0]!;
  }
  const below = [...step.next.map((next) => stepOf(app, next, now)), ...step.ends.map(endOf)];
  return h("li", {}, ...items, below.length > 0 && h("ol", {}, ...below));
}

function hitOf({ editor }: App, { hit, probability }: Step): HTMLElement {
  const { cause } = hit;
  const line = cause?.line;
  return h(
    "details",
    {
      class: "hit",
      mouseenter: () => editor.light(cause && line !== undefined ? { file: cause.file, line } : undefined),
    },
    h(
      "summary",
      {},
      h("b", {}, percent(probability)),
      h("code", {}, `${hit.table} ${hit.chain}`),
      h("span", {}, hit.text),
    ),
    h("pre", { tabindex: "0" }, hit.rule),
    cause && line !== undefined
      ? h(
          "button",
          { type: "button", class: "link", click: () => editor.reveal({ file: cause.file, line }) },
          `${cause.file}:${line}`,
        )
      : undefined,
  );
}

function headerOf({ source, destination, mark }: Header, before?: Header): HTMLElement {
  const part = (name: string, value: string, isNew: boolean) =>
    h(
      "span",
      { class: isNew ? "new" : "" },
      h("i", {}, name),
      " ",
      value,
      isNew && h("span", { class: "unseen" }, " (changed)"),
    );
  return h(
    "p",
    { class: "header" },
    part("source", source, before !== undefined && before.source !== source),
    part("destination", destination, before !== undefined && before.destination !== destination),
    mark === undefined
      ? undefined
      : part("mark", `0x${mark.toString(16)}`, before !== undefined && before.mark !== mark),
  );
}

function endOf({ outcome, probability }: { readonly outcome: string; readonly probability: number }): HTMLElement {
  return h("li", { class: "end" }, h("b", {}, percent(probability)), " ", outcome);
}
