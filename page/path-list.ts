import { STATION_KINDS, type PageEdge, type PageItem } from "../lib/render/html/page-data.js";
import { h } from "../playground/page/dom.js";
import { shareText } from "./graph.js";

/** The path of a packet as nested lists: what the drawing shows, for who reads it as text. */
export function pathList({ stations, edges }: PageItem): HTMLElement {
  const targets = new Set(edges.map(([, to]) => to));
  const roots = stations.flatMap((_, i) => (targets.has(i) ? [] : [i]));
  const branch = (index: number, edge: PageEdge | undefined, path: readonly number[]): HTMLElement => {
    const [kind, label, about] = stations[index]!;
    const [, , text = "", share = null] = edge ?? [];
    const next = path.includes(index) ? [] : edges.filter(([from]) => from === index);
    return h(
      "li",
      {},
      share !== null && h("span", { class: "share" }, shareText(share), " "),
      h("code", { "data-kind": STATION_KINDS[kind]! }, label),
      about !== undefined && h("small", {}, ` ${about}`),
      text !== "" && h("small", {}, ` (${text})`),
      next.length > 0 && h("ul", {}, ...next.map((one) => branch(one[1], one, [...path, index]))),
    );
  };
  return h("ul", { class: "tree" }, ...roots.map((root) => branch(root, undefined, [])));
}
