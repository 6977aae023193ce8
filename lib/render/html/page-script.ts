/**
 * The script of the page: plain JavaScript for a browser. Reads the JSON of the element "data" and never the network;
 * text reaches the page through textContent alone.
 */
export const PAGE_SCRIPT = String.raw`
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const KINDS = ["frontend", "chain", "endpoint", "verdict"];
const MOST_ROWS = 300;
const search = document.getElementById("search");
const list = document.getElementById("list");
const count = document.getElementById("count");
const detail = document.getElementById("detail");

const items = data.items.map((item, index) => ({
  ...item,
  index,
  text: [item.name, item.protocol, ...item.nodes.flatMap((n) => [n[1], n[2] || ""]),
    ...item.changes.flatMap((c) => [c.kind, c.message, c.chain || "", ...c.expected, ...c.actual])].join("\n").toLowerCase(),
}));
let shown = [];
let current = -1;

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) if (value) made.setAttribute(key, value);
  for (const child of children) if (child !== undefined && child !== "") made.append(child);
  return made;
}

function stateOf(changes) {
  if (changes.some((c) => c.severity !== "info" && c.expected.length > 0)) return "missing";
  return changes.some((c) => c.severity !== "info") ? "stale" : "";
}

function find() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const matching = words.length === 0 ? items : items.filter((item) => words.every((word) => item.text.includes(word)));
  shown = matching.slice(0, MOST_ROWS);
  list.replaceChildren(...shown.map((item, row) => {
    const button = element("button", { type: "button", class: stateOf(item.changes) }, item.name, " ",
      element("span", { class: "detail" }, item.protocol));
    button.addEventListener("click", () => open(row, false));
    return element("li", {}, button);
  }));
  count.textContent = matching.length > shown.length
    ? matching.length + " service ports, the first " + shown.length + " are listed: search for more"
    : matching.length + (matching.length === 1 ? " service port" : " service ports");
  current = -1;
  if (shown.length > 0) open(0, false);
  else detail.replaceChildren(element("p", {}, "Nothing matches."));
}

function open(row, focus) {
  if (row < 0 || row >= shown.length) return;
  const buttons = list.querySelectorAll("button");
  if (current >= 0 && buttons[current]) buttons[current].removeAttribute("aria-current");
  current = row;
  buttons[row].setAttribute("aria-current", "true");
  buttons[row].scrollIntoView({ block: "nearest" });
  if (focus) buttons[row].focus();
  show(shown[row]);
}

function show(item) {
  const targets = new Set(item.edges.map((edge) => edge[1]));
  const roots = item.nodes.map((_, i) => i).filter((i) => !targets.has(i));
  detail.replaceChildren(
    element("h2", {}, item.name, " ", element("span", { class: "detail" }, item.protocol)),
    ...item.changes.map(changeBox),
    element("ul", { class: "tree" }, ...roots.map((root) => branch(item, root, undefined, []))),
  );
  detail.scrollTop = 0;
}

function changeBox(change) {
  return element("section", { class: "change" },
    element("p", {}, element("strong", { class: change.expected.length > 0 ? "missing" : "stale" }, change.severity + " " + change.kind),
      " ", change.message),
    ...change.expected.map((line) => element("pre", { class: "missing" }, "expected  " + line)),
    ...change.actual.map((line) => element("pre", { class: "stale" }, "held      " + line)));
}

function shareText(share) {
  const parts = Math.round(1 / share);
  if (Math.abs(1 / parts - share) < 1e-9) return parts === 1 ? "all" : "1/" + parts;
  return (share * 100).toFixed(1) + "%";
}

function branch(item, index, edge, path) {
  const [kind, label, more] = item.nodes[index];
  const marked = item.changes.find((c) => c.severity !== "info" && (c.endpoint === label || c.frontend === label));
  const own = element("li", {},
    edge && edge[3] !== null ? element("span", { class: "share" }, shareText(edge[3])) : undefined,
    element("code", { class: marked ? (marked.expected.length > 0 ? "missing" : "stale") : "", "data-kind": KINDS[kind] }, label),
    more ? element("span", { class: "detail" }, " " + more) : undefined,
    edge && edge[2] ? element("span", { class: "detail" }, " (" + edge[2] + ")") : undefined);
  const next = path.includes(index) ? [] : item.edges.filter((e) => e[0] === index);
  if (next.length > 0) own.append(element("ul", { class: "tree" }, ...next.map((e) => branch(item, e[1], e, [...path, index]))));
  return own;
}

let pending;
search.addEventListener("input", () => { clearTimeout(pending); pending = setTimeout(find, 80); });
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== search) { event.preventDefault(); search.focus(); search.select(); }
  else if (event.key === "Escape") { search.value = ""; find(); search.focus(); }
  else if (event.key === "ArrowDown" || (event.key === "j" && document.activeElement !== search)) { event.preventDefault(); open(current + 1, document.activeElement !== search); }
  else if (event.key === "ArrowUp" || (event.key === "k" && document.activeElement !== search)) { event.preventDefault(); open(current - 1, document.activeElement !== search); }
  else if (event.key === "Enter" && document.activeElement === search) { event.preventDefault(); clearTimeout(pending); find(); open(0, true); }
});
find();
document.documentElement.dataset.ready = "true";
`;
