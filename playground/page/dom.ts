/** Elements, made without any text being read as HTML. */

type Child = Node | string | undefined | false;

interface Attributes {
  readonly [name: string]: string | boolean | undefined | ((event: Event) => void);
}

/** An element; a function is a listener of the event `name`, true an attribute without value. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (typeof value === "string") element.setAttribute(name, value);
  }
  for (const child of children) if (child !== undefined && child !== false) element.append(child);
  return element;
}

/** The element with the id; the page always has it. */
export function byId(id: string): HTMLElement {
  return document.getElementById(id)!;
}

/** A label with a select in it. */
export function choice(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  value: string,
  change: (value: string) => void,
): HTMLLabelElement {
  const select = h("select", { id: `choose-${label.toLowerCase()}`, change: () => change(select.value) });
  select.append(...options.map(([own, text]) => new Option(text, own, own === value, own === value)));
  return h("label", {}, h("span", {}, label), select);
}

/** A table with a row of headings. */
export function table(caption: string, headings: readonly string[], rows: readonly (readonly Child[])[]): HTMLElement {
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, ...headings.map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, ...rows.map((cells) => h("tr", {}, ...cells.map((cell) => h("td", {}, cell))))),
    ),
  );
}

/** "25%". */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}
