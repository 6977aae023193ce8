/** Words and marks for how badly clients are hurt: told by more than colour. */
import { HARMS, type Harm } from "../lib/diff/harm-of.js";
import { h } from "../playground/page/dom.js";

interface HarmWords {
  readonly mark: string;
  readonly word: string;
}

const WORDS: Readonly<Record<Harm, HarmWords>> = {
  "every-service": { mark: "✖", word: "no service works" },
  "no-connection": { mark: "×", word: "no connection" },
  "some-connections": { mark: "!", word: "some connections fail" },
  "wrong-reach": { mark: "↗", word: "wrong reach" },
  "wrong-share": { mark: "≠", word: "wrong share" },
  leftover: { mark: "·", word: "leftovers" },
  none: { mark: "i", word: "note" },
};

export function harmWords(index: number): HarmWords & { readonly name: string } {
  const name = HARMS[index] ?? "none";
  return { ...WORDS[name], name };
}

/** The mark with its word for screen readers. */
export function harmBadge(index: number): HTMLElement {
  const { mark, word, name } = harmWords(index);
  return h(
    "span",
    { class: `harm ${name}`, title: word },
    h("span", { "aria-hidden": "true" }, mark),
    h("span", { class: "unseen" }, `${word}: `),
  );
}

/** What the marks mean, of those that occur. */
export function legend(harms: Iterable<number>): HTMLElement {
  const known = [...new Set(harms)].sort((a, b) => a - b);
  return h(
    "ul",
    { class: "legend", "aria-label": "Legend" },
    ...known.map((index) => h("li", {}, harmBadge(index), " ", harmWords(index).word)),
  );
}
