/** Replacements of words, which sort as the words did. */
import { PUBLIC_WORDS } from "./vocabulary.js";

/** Numbers, quantities, durations and parts of versions say nothing of anybody. */
const NUMBER = /^[vV]?\d{1,5}(?:m|s|ms|h|k|Ki|Mi|Gi)?$/;
const PUNCTUATION = /^[-_]*$/;
/** The ordinal of a pod of a StatefulSet; an address written with dashes is no ordinal. */
const ORDINAL = /^(.*[a-z])(-\d{1,3})$/;

/** Pods of Kubernetes itself, which are found by the beginnings of their names. */
const COMPONENT = /^(kube-proxy|kube-apiserver|kube-controller-manager|coredns)-(.+)$/;

/** The same word is replaced by the same word everywhere, and words keep their order. */
export class WordMap {
  readonly #words = new Map<string, string>();
  #isSettled = false;

  /** The word's replacement; before `settle` the word itself, which is then known. */
  map(word: string): string {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    if (PUBLIC_WORDS.has(word) || NUMBER.test(word) || PUNCTUATION.test(word)) return word;
    const [, component, rest] = COMPONENT.exec(word) ?? [];
    if (component !== undefined) return `${component}-${this.map(rest!)}`;
    const [, base, ordinal] = ORDINAL.exec(word) ?? [];
    if (base !== undefined) return this.map(base) + ordinal!;
    if (this.#isSettled) return "unknown";
    this.#words.set(word, word);
    return word;
  }

  /** Gives every known word its replacement. */
  settle(): void {
    const sorted = [...this.#words.keys()].sort((a, b) => (a < b ? -1 : 1));
    const letter = [..."nwxyzqjk"].find((first) => !sorted.some((word) => wouldClash(word, first))) ?? "n-x";
    const width = Math.max(4, String(sorted.length).length);
    sorted.forEach((word, i) => this.#words.set(word, letter + String(i + 1).padStart(width, "0")));
    this.#isSettled = true;
  }

  has(word: string): boolean {
    return this.#words.has(word);
  }

  /** Each word with its replacement, sorted. */
  entries(): [string, string][] {
    return [...this.#words].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

function wouldClash(word: string, letter: string): boolean {
  return word.startsWith(letter) && /^.\d+$/.test(word);
}
