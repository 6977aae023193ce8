/** Replacements of words, which sort as the words did. */
import { joined, type StandIn, type Template } from "./template.js";
import { PUBLIC_WORDS } from "./vocabulary.js";

/** Numbers, quantities, durations and parts of versions say nothing of anybody. */
const NUMBER = /^[vV]?\d{1,5}(?:m|s|ms|h|k|Ki|Mi|Gi)?$/;
const PUNCTUATION = /^[-_]*$/;
/** The ordinal of a pod of a StatefulSet; an address written with dashes is no ordinal. */
const ORDINAL = /^(.*[a-z])(-\d{1,3})$/;
/** Tells most words at a glance that they have no ordinal. */
const DIGIT_BEHIND = /-\d{1,3}$/;

/** Pods of Kubernetes itself, which are found by the beginnings of their names. */
const COMPONENT = /^(kube-proxy|kube-apiserver|kube-controller-manager|coredns)-(.+)$/;

/** The same word is replaced by the same word everywhere, and words keep their order. */
export class WordMap {
  readonly #words = new Map<string, { made: string; piece: number | undefined }>();
  #isSettled = false;

  /** What becomes of a word, which is known from then on; one that is new after `settle` becomes "unknown". */
  template(word: string): Template {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    if (PUBLIC_WORDS.has(word) || NUMBER.test(word) || PUNCTUATION.test(word)) return word;
    const [, component, rest] = COMPONENT.exec(word) ?? [];
    if (component !== undefined) return joined(`${component}-`, this.template(rest!));
    const [, base, ordinal] = (DIGIT_BEHIND.test(word) && ORDINAL.exec(word)) || [];
    if (base !== undefined) return joined(this.template(base), ordinal!);
    if (this.#isSettled) return "unknown";
    const made = { made: word, piece: undefined };
    this.#words.set(word, made);
    return made;
  }

  /** Gives every known word its replacement. */
  settle(): void {
    const sorted = [...this.#words.keys()].sort();
    const letter = [..."nwxyzqjk"].find((first) => !sorted.some((word) => wouldClash(word, first))) ?? "n-x";
    const width = Math.max(4, String(sorted.length).length);
    sorted.forEach((word, i) => (this.#words.get(word)!.made = letter + String(i + 1).padStart(width, "0")));
    this.#isSettled = true;
  }

  has(word: string): boolean {
    return this.#words.has(word);
  }

  get count(): number {
    return this.#words.size;
  }

  /** What stands in the place of a word that is known. */
  known(word: string): StandIn | undefined {
    return this.#words.get(word);
  }

  /** All known words. */
  all(): Iterable<string> {
    return this.#words.keys();
  }

  /** Each word with its replacement, sorted. */
  entries(): [string, string][] {
    const list = [...this.#words].map(([word, { made }]): [string, string] => [word, made]);
    return list.sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

function wouldClash(word: string, letter: string): boolean {
  return word.startsWith(letter) && /^.\d+$/.test(word);
}
