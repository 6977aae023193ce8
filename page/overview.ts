/** The whole before its parts: the verdict, counts, the worst services, counts by namespace and kind, the legend. */
import type { PageData } from "../lib/render/html/page-data.js";
import { h } from "../playground/page/dom.js";
import { countsOf, kindsOf, namespaceOf, NO_FILTER, type Filter } from "./filters.js";
import { harmBadge, legend } from "./harms.js";
import { printRoute } from "./route.js";

const MOST_WORST = 20;
const MOST_COUNTS = 12;

/** `narrow`: shows what a count counts. */
export function overview(data: PageData, narrow: (filter: Filter) => void): HTMLElement[] {
  const { items, effects, notes, kind } = data;
  const isComparison = kind !== "cluster";
  const shown = isComparison ? items.filter(({ changes }) => changes.length > 0) : items;
  const named = shown.filter(({ service }) => service !== "");
  const part = (title: string, names: readonly string[], filter: (name: string) => Partial<Filter>) =>
    countList(title, countsOf(names), (name) =>
      narrow({ ...NO_FILTER, isDifferingOnly: isComparison, ...filter(name) }),
    );
  return [
    h("h2", { tabindex: "-1" }, "Overview"),
    countTable(isComparison ? data.counts : clusterCounts(data)),
    ...(effects.length > 0 ? worst(effects, kind === "captures") : []),
    h(
      "div",
      { class: "columns" },
      part("By namespace", named.map(namespaceOf), (namespace) => ({ namespace })),
      part(
        "By kind",
        shown.flatMap((item) => kindsOf(item, isComparison)),
        (name) => ({ kind: name }),
      ),
    ),
    ...(notes.length > 0
      ? [h("h3", {}, "About this page"), h("ul", {}, ...notes.map((text) => h("li", {}, text)))]
      : []),
    h("h3", {}, "Legend"),
    ...(isComparison && kind === "node" ? [legend(effects.map(({ harm }) => harm))] : []),
    h(
      "ul",
      { class: "legend", "aria-label": "Stations of a path" },
      ...["frontend", "chain", "endpoint", "verdict"].map((name) =>
        h("li", {}, h("span", { class: `key ${name}` }), " ", name),
      ),
    ),
    h("p", {}, h("small", {}, "Keys: / searches, arrows or j and k move in the list, Esc leads back here.")),
  ];
}

function clusterCounts({ items }: PageData): [string, number][] {
  const services = new Set(items.map(({ service }) => service));
  const endpoints = new Set(
    items.flatMap(({ stations }) => stations.flatMap(([kind, label]) => (kind === 2 ? [label] : []))),
  );
  return [
    ["services", services.size],
    ["service ports", items.length],
    ["endpoints drawn", endpoints.size],
    ["without endpoints", items.filter((item) => kindsOf(item, false).includes("no endpoints")).length],
  ];
}

export function countTable(counts: readonly (readonly [string, number])[]): HTMLElement {
  return h(
    "dl",
    { class: "counts" },
    ...counts.map(([name, count]) => h("div", {}, h("dt", {}, name), h("dd", {}, count.toLocaleString("en")))),
  );
}

function worst(effects: PageData["effects"], isTurn: boolean): HTMLElement[] {
  const more = effects.length - MOST_WORST;
  return [
    h("h3", {}, isTurn ? "What changed" : "Worst first"),
    h(
      "ol",
      { class: "worst" },
      ...effects
        .slice(0, MOST_WORST)
        .map(({ service, harm, effect }) =>
          h("li", {}, !isTurn && harmBadge(harm), " ", h("a", { href: printRoute({ svc: service }) }, effect)),
        ),
    ),
    ...(more > 0 ? [h("p", {}, h("small", {}, `and ${more} more services: filter by "Differing only"`))] : []),
  ];
}

function countList(
  title: string,
  counts: readonly (readonly [string, number])[],
  open: (name: string) => void,
): HTMLElement {
  const more = counts.length - MOST_COUNTS;
  return h(
    "section",
    {},
    h("h3", {}, title),
    counts.length === 0 && h("p", {}, h("small", {}, "none")),
    h(
      "ul",
      { class: "bars" },
      ...counts
        .slice(0, MOST_COUNTS)
        .map(([name, count]) =>
          h(
            "li",
            {},
            h("button", { type: "button", class: "link", click: () => open(name) }, name),
            h("meter", { min: "0", max: String(counts[0]![1]), value: String(count), "aria-hidden": "true" }),
            h("span", {}, String(count)),
          ),
        ),
    ),
    more > 0 && h("p", {}, h("small", {}, `and ${more} more`)),
  );
}
