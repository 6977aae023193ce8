/** What the list is narrowed to: words, a namespace, a kind, what differs. */
import type { PageItem } from "../lib/render/html/page-data.js";
import { choice, h } from "../playground/page/dom.js";

export interface Filter {
  readonly words: string;
  readonly namespace: string;
  readonly kind: string;
  readonly isDifferingOnly: boolean;
}

export const NO_FILTER: Filter = { words: "", namespace: "", kind: "", isDifferingOnly: false };

export function namespaceOf({ service }: Pick<PageItem, "service">): string {
  return service.split("/")[0]!;
}

/** Of a comparison the kinds of its changes, otherwise what the frontends are. */
export function kindsOf({ changes, stations, service }: PageItem, isComparison: boolean): readonly string[] {
  if (isComparison) return [...new Set(changes.map(({ kind }) => kind))];
  const frontends = stations.filter(([kind]) => kind === 0).map(([, , about = ""]) => about);
  const isReached = stations.some(([kind]) => kind === 2) || service === "";
  return [...new Set(frontends), ...(isReached ? [] : ["no endpoints"])];
}

/** How many items there are of each name, the most first. */
export function countsOf(names: Iterable<string>): [name: string, count: number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
}

const texts = new WeakMap<PageItem, string>();

/** Everything of an item that can be searched, made when first somebody searches. */
function textOf(item: PageItem): string {
  const known = texts.get(item);
  if (known !== undefined) return known;
  const { service, port, protocol, stations, changes } = item;
  const parts = [
    `${service}:${port} ${protocol}`,
    ...stations.flatMap(([, label, about = ""]) => [label, about]),
    ...changes.flatMap(({ kind, message, chain = "", expected, actual }) => [
      kind,
      message,
      chain,
      ...expected,
      ...actual,
    ]),
  ];
  const text = parts.join("\n").toLowerCase();
  texts.set(item, text);
  return text;
}

export function matching(items: readonly PageItem[], filter: Filter, isComparison: boolean): readonly PageItem[] {
  const { namespace, kind, isDifferingOnly } = filter;
  const words = filter.words.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && namespace === "" && kind === "" && !isDifferingOnly) return items;
  return items.filter(
    (item) =>
      (namespace === "" || namespaceOf(item) === namespace) &&
      (!isDifferingOnly || item.changes.length > 0) &&
      (kind === "" || kindsOf(item, isComparison).includes(kind)) &&
      words.every((word) => textOf(item).includes(word)),
  );
}

export interface FilterBar {
  readonly element: HTMLElement;
  readonly search: HTMLInputElement;
  readonly get: () => Filter;
  readonly set: (filter: Filter) => void;
}

/** More would be no menu to choose from. */
const MOST_OPTIONS = 500;

export function filterBar(items: readonly PageItem[], isComparison: boolean, changed: () => void): FilterBar {
  let filter = NO_FILTER;
  const change = (part: Partial<Filter>) => {
    filter = { ...filter, ...part };
    changed();
  };
  let pending: ReturnType<typeof setTimeout> | undefined;
  const search = h("input", {
    type: "search",
    id: "search",
    autocomplete: "off",
    "aria-label": "Search",
    "aria-keyshortcuts": "/",
    placeholder: "service, chain, address  ( / )",
    input: () => {
      clearTimeout(pending);
      pending = setTimeout(() => change({ words: search.value }), 80);
    },
  });
  const menu = (
    label: string,
    counts: readonly (readonly [string, number])[],
    part: (value: string) => Partial<Filter>,
  ) =>
    choice(
      label,
      [["", "all"], ...counts.slice(0, MOST_OPTIONS).map(([name, n]): [string, string] => [name, `${name} (${n})`])],
      "",
      (value) => change(part(value)),
    );
  const namespaces = menu(
    "Namespace",
    countsOf(items.filter(({ service }) => service !== "").map(namespaceOf)),
    (value) => ({ namespace: value }),
  );
  const kinds = menu("Kind", countsOf(items.flatMap((item) => kindsOf(item, isComparison))), (value) => ({
    kind: value,
  }));
  const only = h("input", {
    type: "checkbox",
    id: "differing",
    change: () => change({ isDifferingOnly: only.checked }),
  });
  const element = h(
    "form",
    { role: "search", class: "filters", submit: (event) => event.preventDefault() },
    search,
    namespaces,
    kinds,
    isComparison && h("label", {}, only, " Differing only"),
  );
  return {
    element,
    search,
    get: () => filter,
    set(next) {
      clearTimeout(pending);
      search.value = next.words;
      namespaces.querySelector("select")!.value = next.namespace;
      kinds.querySelector("select")!.value = next.kind;
      only.checked = next.isDifferingOnly;
      change(next);
    },
  };
}
