/** The path of a packet as a drawing: stations in layers, the share of new connections on each edge. */
import dagre from "@dagrejs/dagre";
import { STATION_KINDS, type PageItem, type PageStation } from "../lib/render/html/page-data.js";

const SVG = "http://www.w3.org/2000/svg";
/** Pixels of a character in the page's fixed font, by its size. */
const CHARACTER = 7.3;
const MOST_CHARACTERS = 34;
const LINE = 16;
const PADDING = 8;

export interface StationState {
  readonly index: number;
  readonly state: "missing" | "stale";
}

function s(tag: string, attributes: Readonly<Record<string, string | number>>, ...children: (Node | string)[]) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** "all", "1/3", "12.5%". */
export function shareText(share: number): string {
  const parts = Math.round(1 / share);
  if (Math.abs(1 / parts - share) < 1e-9) return parts === 1 ? "all" : `1/${parts}`;
  return `${(share * 100).toFixed(1)}%`;
}

function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
}

function edgeText(label: string, share: number | null): string {
  return [share === null ? "" : shareText(share), label].filter(Boolean).join(", ");
}

/** `isNarrow`: from top to bottom, for a phone. */
export function drawGraph(item: PageItem, states: readonly StationState[], isNarrow: boolean): SVGElement {
  const { stations, edges } = item;
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: isNarrow ? "TB" : "LR", nodesep: 14, ranksep: isNarrow ? 26 : 40, marginx: 4, marginy: 4 });
  for (const [i, station] of stations.entries()) graph.setNode(String(i), { ...sizeOf(station) });
  for (const [i, [from, to, label, share]] of edges.entries()) {
    const text = cut(edgeText(label, share));
    const size = text === "" ? { width: 0, height: 0 } : { width: text.length * CHARACTER + 6, height: LINE };
    graph.setEdge(String(from), String(to), { ...size, labelpos: "c", text }, String(i));
  }
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { readonly width?: number; readonly height?: number };
  const svg = s("svg", {
    viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
    width: Math.ceil(width),
    height: Math.ceil(height),
    role: "img",
    "aria-label": `Path of a packet to ${item.service}, from ${stations.filter(([kind]) => kind === 0).length} frontends; the same as text below`,
    class: "graph",
  });
  for (const edge of graph.edges()) svg.append(...edgeParts(graph.edge(edge) as PlacedEdge));
  for (const [i, station] of stations.entries()) {
    const state = states.find(({ index }) => index === i)?.state ?? "";
    svg.append(stationPart(station, graph.node(String(i)) as PlacedNode, state));
  }
  return svg;
}

interface PlacedNode {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface PlacedEdge {
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly text: string;
  readonly x?: number;
  readonly y?: number;
}

function sizeOf([, label, detail = ""]: PageStation): { readonly width: number; readonly height: number } {
  const characters = Math.max(cut(label).length, cut(detail).length, 6);
  return { width: characters * CHARACTER + 2 * PADDING, height: (detail ? 2 : 1) * LINE + 2 * PADDING };
}

function stationPart(
  [kind, label, detail]: PageStation,
  { x, y, width, height }: PlacedNode,
  state: string,
): SVGElement {
  const [left, top] = [x - width / 2, y - height / 2];
  const line = (text: string, row: number, name: string) =>
    s("text", { x: left + PADDING, y: top + PADDING + LINE * row + 12, class: name }, cut(text));
  const words = [label, detail, state === "" ? "" : state].filter(Boolean).join(", ");
  return s(
    "g",
    { class: `station ${STATION_KINDS[kind]} ${state}`, "data-kind": STATION_KINDS[kind]! },
    s("title", {}, words),
    s("rect", { x: left, y: top, width, height, rx: kind === 0 ? height / 2 : 4 }),
    line(label, 0, "label"),
    ...(detail ? [line(detail, 1, "about")] : []),
  );
}

function edgeParts({ points, text, x, y }: PlacedEdge): SVGElement[] {
  const [first, ...rest] = points;
  const path = `M${first!.x} ${first!.y} ${rest.map((point) => `L${point.x} ${point.y}`).join(" ")}`;
  const last = points.at(-1)!;
  const before = points.at(-2) ?? first!;
  const angle = (Math.atan2(last.y - before.y, last.x - before.x) * 180) / Math.PI;
  const arrow = s("path", {
    d: "M0 0 L-8 4 L-8 -4 Z",
    transform: `translate(${last.x} ${last.y}) rotate(${angle})`,
    class: "arrow",
  });
  const line = s("path", { d: path, class: "edge" });
  if (text === "" || x === undefined || y === undefined) return [line, arrow];
  const width = text.length * CHARACTER + 6;
  return [
    line,
    arrow,
    s("rect", { x: x - width / 2, y: y - LINE / 2, width, height: LINE, class: "share-ground" }),
    s("text", { x, y: y + 4, class: "share", "text-anchor": "middle" }, text),
  ];
}
