/** One service port: what is wrong with it, its path, its rules beside its manifest. */
import type { PageItem } from "../lib/render/html/page-data.js";
import { h } from "../playground/page/dom.js";
import { changeBox } from "./change-box.js";
import { copyButton, textBlock } from "./copy.js";
import { drawGraph, type StationState } from "./graph.js";
import { pathList } from "./path-list.js";
import { printRoute } from "./route.js";

/** Pixels under which a path is drawn from top to bottom. */
const NARROW = 640;

export function nameOf({ service, port }: Pick<PageItem, "service" | "port">): string {
  if (service === "") return "kube-proxy's own chains";
  return port === "" ? service : `${service}:${port}`;
}

/** The parts in their order. `effect`: what is wrong in one sentence. */
export function itemView(item: PageItem, effect: string | undefined, isTurn: boolean): HTMLElement[] {
  const { service, port, protocol, changes, stations } = item;
  const link = () => new URL(printRoute({ svc: service, ...(port !== "" && { port }) }), location.href).href;
  return [
    h(
      "div",
      { class: "item-head" },
      h("h2", { tabindex: "-1" }, nameOf(item), " ", h("small", {}, protocol)),
      service === "" ? undefined : copyButton("the link", link, "Copy link"),
    ),
    ...(effect === undefined ? [] : [h("p", { class: "effect" }, effect)]),
    ...(changes.length > 0 ? [h("h3", {}, isTurn ? "What changed" : "What differs")] : []),
    ...changes.map((change) => changeBox(change, isTurn)),
    ...(stations.length > 0 ? pathParts(item) : []),
    ...ruleParts(item),
  ];
}

function pathParts(item: PageItem): HTMLElement[] {
  const isNarrow = innerWidth < NARROW;
  return [
    h("h3", {}, "Path of a packet"),
    h(
      "div",
      { class: "drawing", tabindex: "0", role: "region", "aria-label": "Path of a packet" },
      drawGraph(item, statesOf(item), isNarrow) as unknown as HTMLElement,
    ),
    ...(item.undrawn === undefined
      ? []
      : [h("p", {}, h("small", {}, `and ${item.undrawn} more endpoints with the same share`))]),
    h("details", {}, h("summary", {}, "The same as text"), pathList(item)),
  ];
}

function statesOf({ stations, changes }: PageItem): StationState[] {
  const found: StationState[] = [];
  for (const { severity, endpoint, frontend, chain, expected } of changes) {
    if (severity === "info") continue;
    const label = endpoint ?? frontend ?? chain;
    const index = stations.findIndex((station) => station[1] === label);
    if (index >= 0) found.push({ index, state: expected.length > 0 ? "missing" : "stale" });
  }
  return found;
}

/** Rules on the left, the manifest that they come from on the right. */
function ruleParts({ rules, ruleCount, manifest, changes, service }: PageItem): HTMLElement[] {
  if (!rules) {
    const hint = `svcrules explain ${service} prints its rules with their manifest lines; the page holds those of 2,000 service ports.`;
    return service === "" || changes.length > 0 ? [] : [h("p", {}, h("small", {}, hint))];
  }
  const missing = new Set(changes.flatMap(({ expected }) => expected));
  const lines = rules.map((rule) => h("span", { class: missing.has(rule) ? "missing" : "" }, `${rule}\n`));
  const more = ruleCount === undefined ? "" : `, the first ${rules.length} of ${ruleCount}`;
  return [
    h("h3", {}, "Rules, and the manifest they come from"),
    h(
      "div",
      { class: "sides" },
      textBlock(`Rules${more}`, lines, `${rules.join("\n")}\n`),
      manifest && textBlock(`${manifest.file}:${manifest.line}`, [manifest.text], `${manifest.text}\n`),
    ),
  ];
}
