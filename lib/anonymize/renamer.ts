/** Text with every name and address in it replaced. */
import { parseIP } from "../net/ip.js";
import { AddressMap } from "./address-map.js";
import { WordMap } from "./word-map.js";

/** An address, with the length of its network; what matches is an address only when it can be read as one. */
export const ADDRESS =
  /(?:(?<![\w.])(?<v4>\d{1,3}(?:\.\d{1,3}){3})|(?<![\w.:])(?<v6>(?:[0-9a-fA-F]{1,4}:|:(?=:))[0-9a-fA-F:]*:?(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{1,4})?(?<=[:\dA-Fa-f])(?!\.\d)))(?:\/(?<length>\d{1,3})(?![\w.]))?(?![\w])/g;

const MAC = /^(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
/** The end of a domain name that every cluster has. */
const CLUSTER_DOMAIN = /(?<=^|[.\s])(?:cluster\.local|in-addr\.arpa|ip6\.arpa)(?=\.?(?:$|[\s{:]))/g;
export const WORD = /[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}_])?/gu;
/** The whole text is one word, or one address, as most are. */
const ONE_WORD = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?$/;
const ONE_IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const NO_WORDS: ReadonlySet<string> = new Set();
/** Of a text like "2026-01-31T10:00:00Z". */
const SHORTEST_TIME = 20;
/** Longer texts hardly come again. */
const LONGEST_KEPT = 100;

/** Used twice over the same text: first it learns what there is, then it replaces it. */
export class Renamer {
  readonly words = new WordMap();
  readonly addresses = new AddressMap();
  readonly #stayed = new Set<string>();
  readonly #kept = new Map<string, string>();
  /** Words that stay in some places, so that finding them there gives nothing away. */
  readonly staying = new Set<string>();
  #isSettled = false;

  get isSettled(): boolean {
    return this.#isSettled;
  }

  settle(): void {
    this.words.settle();
    this.addresses.settle();
    this.#kept.clear();
    this.#isSettled = true;
  }

  /** A name or other text. `stay`: words that are kept here. */
  text(text: string, stay: ReadonlySet<string> = NO_WORDS): string {
    if (text === "" || (text.length >= SHORTEST_TIME && TIME.test(text))) return text;
    if (stay !== NO_WORDS || text.length > LONGEST_KEPT || ONE_WORD.test(text) || ONE_IPV4.test(text))
      return this.#replaced(text, stay);
    const known = this.#kept.get(text);
    if (known !== undefined) return known;
    const made = this.#replaced(text, stay);
    this.#kept.set(text, made);
    return made;
  }

  /** Text of the API's or the tools' own, given back as it is. */
  stays(text: string): string {
    if (this.#stayed.has(text)) return text;
    this.#stayed.add(text);
    for (const [word] of text.matchAll(WORD)) this.staying.add(word);
    return text;
  }

  /** What matched ADDRESS, or undefined when it is no address. */
  address(text: string): string | undefined {
    const slash = text.indexOf("/");
    const [ip, length] = slash < 0 ? [text, ""] : [text.slice(0, slash), text.slice(slash)];
    if (MAC.test(ip)) return "02:00:00:00:00:01" + length;
    const parsed = parseIP(ip);
    if (!parsed) return undefined;
    const most = parsed.family === "IPv4" ? 32 : 128;
    const prefix = length === "" ? most : Number(length.slice(1));
    return this.addresses.map(parsed, Math.min(prefix, most)) + length;
  }

  #replaced(text: string, stay: ReadonlySet<string>): string {
    if (!text.includes(".") && !text.includes(":")) return this.#eachWord(text, stay);
    const whole = ONE_IPV4.test(text) ? this.address(text) : undefined;
    if (whole !== undefined) return whole;
    let made = "";
    let at = 0;
    for (const match of text.matchAll(ADDRESS)) {
      const address = this.address(match[0]);
      if (address === undefined) continue;
      made += this.#named(text.slice(at, match.index), stay) + address;
      at = match.index + match[0].length;
    }
    return made + this.#named(text.slice(at), stay);
  }

  #named(text: string, stay: ReadonlySet<string>): string {
    let made = "";
    let at = 0;
    for (const match of text.matchAll(CLUSTER_DOMAIN)) {
      made += this.#eachWord(text.slice(at, match.index), stay) + match[0];
      at = match.index + match[0].length;
    }
    return made + this.#eachWord(text.slice(at), stay);
  }

  #eachWord(text: string, stay: ReadonlySet<string>): string {
    const replaced = (word: string) => (stay.has(word) ? this.stays(word) : this.words.map(word));
    return ONE_WORD.test(text) ? replaced(text) : text.replace(WORD, replaced);
  }
}
