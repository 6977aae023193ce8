/** The nodes of a fleet by the services that differ on them: a matrix, and what stands behind each of its cells. */
import type { PageCell, PageData } from "../lib/render/html/page-data.js";
import { h } from "../playground/page/dom.js";
import { changeBox } from "./change-box.js";
import { harmBadge, harmWords, legend } from "./harms.js";
import { pageHeader } from "./header.js";
import { nameOf } from "./item-view.js";
import { countTable } from "./overview.js";
import { keepRoute, printRoute, readRoute } from "./route.js";

/** More rows and columns would be no table to look at; the search narrows both. */
const MOST_ROWS = 200;
const MOST_COLUMNS = 40;

export function fleetView(data: PageData): HTMLElement[] {
  const { nodes, services, cells } = data;
  const cellAt = new Map(cells.map((cell) => [`${cell.node} ${cell.service}`, cell]));
  const detail = h("section", { id: "detail", tabindex: "-1", "aria-label": "Chosen" });
  const matrix = h("div", {
    id: "matrix",
    class: "scroll",
    tabindex: "0",
    role: "region",
    "aria-label": "Nodes and services",
  });
  const count = h("p", { id: "count", role: "status" });
  const only = h("input", { type: "checkbox", id: "differing", change: () => draw() });
  const search = h("input", {
    type: "search",
    id: "search",
    autocomplete: "off",
    "aria-label": "Search",
    placeholder: "node or service  ( / )",
    input: () => draw(),
  });
  const draw = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const has = (text: string) => words.every((word) => text.toLowerCase().includes(word));
    const [rows, columns] = [nodes.map((_, i) => i), services.map((_, i) => i)];
    const byNode = rows.filter((i) => has(nodes[i]!.name));
    const byService = columns.filter((i) => has(shown(services[i]!)));
    const wanted = (byNode.length > 0 ? byNode : rows).filter((i) => !only.checked || !nodes[i]!.identical);
    const across = byService.length > 0 ? byService : byNode.length > 0 ? columns : [];
    count.textContent =
      byNode.length + byService.length === 0 ? "Nothing matches." : tellCut(wanted.length, across.length);
    matrix.replaceChildren(matrixOf(data, wanted.slice(0, MOST_ROWS), across.slice(0, MOST_COLUMNS), cellAt));
  };
  addEventListener("hashchange", () => {
    const { node, svc } = readRoute(location.hash);
    const row = nodes.findIndex(({ name }) => name === node);
    const column = services.indexOf(svc ?? "");
    if (row < 0 && svc === undefined) return detail.replaceChildren();
    const own = cells.filter(
      (cell) => (row < 0 || cell.node === row) && (svc === undefined || cell.service === column),
    );
    detail.replaceChildren(...detailOf(data, row, svc, own));
    keepRoute({ ...(row >= 0 && { node: nodes[row]!.name }), ...(svc !== undefined && { svc }) });
    detail.focus();
    if (detail.scrollIntoView !== undefined) detail.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape") {
      search.value = "";
      only.checked = false;
      draw();
      search.focus();
    }
  });
  draw();
  const filters = h(
    "form",
    { role: "search", class: "filters", submit: (event) => event.preventDefault() },
    search,
    h("label", {}, only, " Differing only"),
  );
  return [
    pageHeader(data, filters),
    h("main", { class: "fleet" }, countTable(data.counts), legendOf(data), count, matrix, detail),
  ];
}

function shown(service: string): string {
  return nameOf({ service, port: "" });
}

function tellCut(rows: number, columns: number): string {
  const text = `${rows} nodes, ${columns} services that differ somewhere`;
  const [r, c] = [rows > MOST_ROWS, columns > MOST_COLUMNS];
  if (!r && !c) return text;
  return `${text}; shown: the worst ${r ? MOST_ROWS : rows} nodes and ${c ? MOST_COLUMNS : columns} services, search for others`;
}

function legendOf({ cells }: PageData): HTMLElement {
  const known = legend(cells.map(({ harm }) => harm));
  known.append(h("li", {}, h("span", { class: "harm fine", "aria-hidden": "true" }, " "), " as expected"));
  known.append(h("li", {}, h("span", { class: "harm open", "aria-hidden": "true" }, "?"), " node not wholly compared"));
  return known;
}

function matrixOf(
  { nodes, services }: PageData,
  rows: readonly number[],
  columns: readonly number[],
  cellAt: ReadonlyMap<string, PageCell>,
): HTMLElement {
  const head = h(
    "tr",
    {},
    h("th", { scope: "col" }, "Node"),
    h("th", { scope: "col" }, "Differ"),
    ...columns.map((i) =>
      h(
        "th",
        { scope: "col", class: "service" },
        h("a", { href: printRoute({ svc: services[i]! }) }, shown(services[i]!)),
      ),
    ),
  );
  const row = (i: number) => {
    const { name, differing, identical, isCovered } = nodes[i]!;
    return h(
      "tr",
      {},
      h(
        "th",
        { scope: "row" },
        h("a", { href: printRoute({ node: name }) }, name),
        !isCovered && h("span", { class: "harm open", title: "not wholly compared" }, "?"),
      ),
      h("td", { class: identical ? "good" : "" }, String(differing)),
      ...columns.map((column) => h("td", {}, cellLink(cellAt.get(`${i} ${column}`), name, services[column]!))),
    );
  };
  return h("table", { class: "matrix" }, h("thead", {}, head), h("tbody", {}, ...rows.map(row)));
}

function cellLink(cell: PageCell | undefined, node: string, svc: string): HTMLElement | string {
  if (!cell) return "";
  const { mark, word, name } = harmWords(cell.harm);
  return h(
    "a",
    {
      class: `harm ${name}`,
      href: printRoute({ node, svc }),
      "aria-label": `${shown(svc)} on ${node}: ${word}`,
      title: cell.effect,
    },
    mark,
  );
}

function detailOf(
  { nodes, services }: PageData,
  row: number,
  svc: string | undefined,
  own: readonly PageCell[],
): HTMLElement[] {
  const node = nodes[row];
  const title = [svc === undefined ? undefined : shown(svc), node?.name]
    .filter((part) => part !== undefined)
    .join(" on ");
  return [
    h("h2", {}, title),
    ...(node ? [h("p", {}, `${node.about}: ${node.verdict}`), h("p", {}, h("small", {}, node.coverage))] : []),
    ...(own.length === 0 ? [h("p", {}, "No difference here.")] : []),
    ...own.map(({ node: at, service, harm, effect, changes, changeCount }) =>
      h(
        "section",
        { class: "cell" },
        h(
          "h3",
          {},
          harmBadge(harm),
          " ",
          row < 0 ? `${nodes[at]!.name}: ` : "",
          svc === undefined
            ? h("a", { href: printRoute({ node: node?.name, svc: services[service]! }) }, effect)
            : effect,
        ),
        ...changes.map((change) => changeBox(change, false)),
        changeCount !== undefined &&
          h(
            "p",
            {},
            h("small", {}, `${changeCount} changes in all: svcrules diff with this node's capture prints them`),
          ),
      ),
    ),
  ];
}
