import { h } from "./dom.js";

export interface Suggestions {
  readonly element: HTMLElement;
  /** What there is to choose from, and what is chosen; leaves alone what is being typed. */
  readonly show: (options: readonly string[], value: string) => void;
}

/** More than anybody looks through. */
const MOST = 2000;

/** A field with a list of what it may hold, open to anything else. */
export function suggestions(label: string, placeholder: string, change: (value: string) => void): Suggestions {
  const id = `suggest-${label.toLowerCase().replaceAll(" ", "-")}`;
  const list = h("datalist", { id: `${id}-list` });
  const input = h("input", {
    id,
    list: `${id}-list`,
    placeholder,
    autocomplete: "off",
    spellcheck: "false",
    change: () => change(input.value),
  });
  return {
    element: h("label", {}, h("span", {}, label), input, list),
    show(options, value) {
      list.replaceChildren(...options.slice(0, MOST).map((text) => new Option(text, text)));
      if (document.activeElement !== input) input.value = value;
    },
  };
}
