/** Service ports of one node: the list with its filters on the left, the overview or one of them on the right. */
import type { PageData, PageItem } from "../lib/render/html/page-data.js";
import { h } from "../playground/page/dom.js";
import { filterBar, matching, NO_FILTER, type Filter } from "./filters.js";
import { pageHeader } from "./header.js";
import { harmBadge } from "./harms.js";
import { itemView, nameOf } from "./item-view.js";
import { overview } from "./overview.js";
import { keepRoute, readRoute } from "./route.js";
import { virtualList } from "./virtual-list.js";

/** Pixels, as the style has it. */
const ROW = 34;

export function clusterView(data: PageData): HTMLElement[] {
  const isComparison = data.kind !== "cluster";
  const effects = new Map(data.effects.map(({ service, effect }) => [service, effect]));
  let shown: readonly PageItem[] = [];
  const detail = h("main", { id: "detail", tabindex: "-1" });
  const count = h("p", { id: "count", role: "status" });
  const list = virtualList<PageItem>({
    label: "Service ports",
    rowHeight: ROW,
    row: (item) => [
      ...(isComparison && item.changes.length > 0
        ? [harmBadge(Math.min(...item.changes.map(({ harm }) => harm)))]
        : []),
      h("span", { class: "name" }, nameOf(item)),
      h("small", {}, item.protocol),
    ],
    open: (item) => open(item),
  });
  const filter = filterBar(data.items, isComparison, () => find());
  const find = () => {
    shown = matching(data.items, filter.get(), isComparison);
    list.show(shown);
    count.textContent = shown.length === 1 ? "1 service port" : `${shown.length.toLocaleString("en")} service ports`;
  };
  const open = (item: PageItem) => {
    const effect = data.kind === "node" && item.changes.length > 0 ? effects.get(item.service) : undefined;
    detail.replaceChildren(...itemView(item, effect, data.kind === "captures"));
    detail.scrollTop = 0;
    keepRoute({ svc: item.service, ...(item.port !== "" && { port: item.port }) });
  };
  const narrow = (next: Filter) => filter.set(next);
  const home = () => {
    detail.replaceChildren(...overview(data, narrow));
    detail.scrollTop = 0;
    keepRoute({});
  };
  const go = (index: number) => {
    if (index < 0 || index >= shown.length) return;
    list.choose(index);
    open(shown[index]!);
  };
  addEventListener("hashchange", () => {
    const { svc, port } = readRoute(location.hash);
    if (svc === undefined) return home();
    const isMeant = (item: PageItem) => item.service === svc && (port === undefined || item.port === port);
    if (!shown.some(isMeant)) filter.set(NO_FILTER);
    const index = shown.findIndex(isMeant);
    if (index >= 0) return go(index);
    detail.replaceChildren(h("h2", {}, svc), h("p", {}, "This page holds no such service."));
  });
  const clear = () => {
    filter.set(NO_FILTER);
    home();
  };
  listenToKeys({
    search: filter.search,
    move: (by) => go(list.chosen() + by),
    first: () => (go(0), list.focus()),
    clear,
  });
  const overviewButton = h("button", { type: "button", id: "overview", click: home }, "Overview");
  find();
  return [
    pageHeader(data, filter.element, overviewButton),
    h("div", { class: "split" }, h("nav", { "aria-label": "Service ports" }, count, list.element), detail),
  ];
}

interface Keys {
  readonly search: HTMLInputElement;
  readonly move: (by: number) => void;
  readonly first: () => void;
  readonly clear: () => void;
}

function listenToKeys({ search, move, first, clear }: Keys): void {
  document.addEventListener("keydown", (event) => {
    const { activeElement } = document;
    const isTyping = activeElement === search;
    // Menus and texts that scroll have arrows of their own.
    const isElsewhere = activeElement?.matches("select, pre, .drawing, textarea, input[type=checkbox]") ?? false;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const done = (work: () => void) => {
      event.preventDefault();
      work();
    };
    if (event.key === "/" && !isTyping) done(() => (search.focus(), search.select()));
    else if (event.key === "Escape") done(() => (clear(), search.focus()));
    else if (event.key === "Enter" && isTyping) done(() => setTimeout(first, 100));
    else if (isElsewhere) return;
    else if (event.key === "ArrowDown" || (event.key === "j" && !isTyping)) done(() => move(1));
    else if (event.key === "ArrowUp" || (event.key === "k" && !isTyping)) done(() => move(-1));
  });
}
