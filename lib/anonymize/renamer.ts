/** Text with every name and address in it replaced. */
import { parseIP } from "../net/ip.js";
import { AddressMap } from "./address-map.js";
import { endOfIPv4, numberOfIPv4 } from "./ipv4-text.js";
import { fill, replaced, type StandIn, type Template } from "./template.js";
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
/** The address and port of an endpoint. */
const ENDPOINT = /^\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}$/;
const NO_WORDS: ReadonlySet<string> = new Set();
/** Of a text like "2026-01-31T10:00:00Z". */
const SHORTEST_TIME = 20;
/** Longer texts hardly come again. */
const LONGEST_KEPT = 100;

/** Chains and sets of programs that everybody can have; what is behind it is theirs, too. */
const OF_A_PROGRAM = /^(?:KUBE|OLD_CILIUM|CILIUM|cilium|cali|felix|ANTREA|OVN|FLANNEL|WEAVE|CNI|DOCKER|ISTIO)[-_0-9]/;
/** Shorter parts of a word are no names, but syllables. */
const SHORTEST_PART = 3;
/** A name of more parts is not looked for within a word. */
const MOST_PARTS = 16;

/** What a word is put together of, in small letters: "LEDGER-chain", "ledger_chain" and "ledgerChain" alike. */
function partsOf(word: string): string[] {
  return word.split(/[-_.]|(?<=[a-z\d])(?=[A-Z])/).map((part) => part.toLowerCase());
}

/** Every name that may stand within a word, with dashes between its parts. */
function namesWithin(word: string): string[] {
  const parts = partsOf(word);
  if (parts.length < 2) return parts;
  const from = (start: number) =>
    parts.slice(start, start + MOST_PARTS).map((_, i) => parts.slice(start, start + i + 1).join("-"));
  return parts.flatMap((_, start) => from(start)).filter((name) => name.length >= SHORTEST_PART);
}

/** Learns the names and addresses of every text, and says what becomes of the text once it is settled. */
export class Renamer {
  readonly words = new WordMap();
  readonly addresses = new AddressMap();
  readonly #stayed = new Set<string>();
  readonly #kept = new Map<string, Template>();
  readonly #addresses = new Map<string, StandIn | undefined>();
  /** Words that stay in some places, so that finding them there gives nothing away. */
  readonly staying = new Set<string>();
  readonly #doubtful = new Set<string>();
  #isSettled = false;

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** A word of a capture, which is replaced when a name of the input is a part of it. */
  mayHoldName(word: string): void {
    if (!OF_A_PROGRAM.test(word)) this.#doubtful.add(word);
  }

  settle(): void {
    this.#learnDoubtful();
    this.words.settle();
    this.addresses.settle();
    this.#isSettled = true;
  }

  /** A name or other text as it is now. `stay`: words that are kept here. */
  text(text: string, stay?: ReadonlySet<string>): string {
    return fill(this.template(text, stay));
  }

  /** A name or other text. `stay`: words that are kept here. */
  template(text: string, stay: ReadonlySet<string> = NO_WORDS): Template {
    if (ONE_WORD.test(text)) return this.#word(text, stay);
    if (text === "" || (text.length >= SHORTEST_TIME && TIME.test(text))) return text;
    const whole = ONE_IPV4.test(text) ? this.address(text) : ENDPOINT.test(text) ? this.#endpoint(text) : undefined;
    if (whole !== undefined) return whole;
    if (stay !== NO_WORDS || text.length > LONGEST_KEPT) return this.#replaced(text, stay);
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

  #learnDoubtful(): void {
    const byName = new Map<string, string[]>();
    for (const word of this.#doubtful)
      for (const name of namesWithin(word)) {
        const words = byName.get(name);
        if (words) words.push(word);
        else byName.set(name, [word]);
      }
    if (byName.size === 0) return;
    for (const name of [...this.words.all()])
      for (const word of byName.get(partsOf(name).join("-")) ?? []) this.words.template(word);
  }

  /** What stands in the place of the text when it is an IPv4 address or a word that is known: most texts of a dump are. */
  whole(text: string): StandIn | undefined {
    if (endOfIPv4(text, 0) === text.length) return this.addresses.ipv4(numberOfIPv4(text, 0), text);
    return this.words.known(text);
  }

  /** What matched ADDRESS, or undefined when it is no address. */
  address(text: string): StandIn | undefined {
    if (endOfIPv4(text, 0) === text.length) return this.addresses.ipv4(numberOfIPv4(text, 0), text);
    const known = this.#addresses.get(text);
    if (known !== undefined || this.#addresses.has(text)) return known;
    const made = this.#newAddress(text);
    this.#addresses.set(text, made);
    return made;
  }

  #endpoint(text: string): Template | undefined {
    const colon = text.indexOf(":");
    const address = this.address(text.slice(0, colon));
    return address && [address, text.slice(colon)];
  }

  #newAddress(text: string): StandIn | undefined {
    const slash = text.indexOf("/");
    const [ip, length] = slash < 0 ? [text, ""] : [text.slice(0, slash), text.slice(slash)];
    if (MAC.test(ip)) return { made: "02:00:00:00:00:01" + length };
    const parsed = parseIP(ip);
    if (!parsed) return undefined;
    const most = parsed.family === "IPv4" ? 32 : 128;
    const prefix = length === "" ? most : Number(length.slice(1));
    return this.addresses.standIn(parsed, Math.min(prefix, most), length);
  }

  #word(word: string, stay: ReadonlySet<string>): Template {
    return stay.has(word) ? this.stays(word) : this.words.template(word);
  }

  #replaced(text: string, stay: ReadonlySet<string>): Template {
    const eachWord = (own: string) => replaced(own, WORD, ([word]) => this.#word(word, stay));
    if (!text.includes(".") && !text.includes(":")) return eachWord(text);
    const named = (own: string) => replaced(own, CLUSTER_DOMAIN, ([domain]) => domain, eachWord);
    return replaced(text, ADDRESS, ([address]) => this.address(address), named);
  }
}
