/** What a tool printed on a node, with names and addresses in it replaced. */
import type { Source } from "../source/source.js";
import type { ChainMap } from "./chain-map.js";
import { NFT_NAME, renameNftName } from "./nft-name-map.js";
import type { Draft, Numbers, Pieces } from "./pieces.js";
import { ADDRESS, type Renamer } from "./renamer.js";
import { RuleDrafter, type CapturePlace } from "./rule-drafter.js";
import { isServicePortName } from "./service-port-names.js";
import { fill, joined, later, replaced, type Template } from "./template.js";
import { toolTexts, type LeftOutLines } from "./tool-texts.js";
import { COMMENT_WORDS, TOOL_WORDS } from "./vocabulary.js";

const HASHED = /KUBE-(?:SVC|SVL|FW|EXT|XLB|SEP)-[A-Z2-7]{16}/;
/** Most chains stand alone. */
const HASHED_FIELD = new RegExp(`^:?${HASHED.source}\\s$`);
/** What is replaced outside of comments: the first of these that matches says what it is. */
const PARTS = new RegExp(
  [
    NFT_NAME.source,
    `(?<chain>${HASHED.source})`,
    ADDRESS.source,
    /(?<![\w-])(?<word>[A-Za-z][\w-]*[A-Za-z0-9]|[A-Za-z])(?![\w-])/.source,
  ].join("|"),
  "g",
);
/** A comment follows, or another text that may say anything: in a rule, or in a listing of iptables. */
const COMMENT_AHEAD =
  /(?:^|\s)(?:(?:--)?comment|--(?:hex-)?string|(?:--)?(?:nf|u)?log-prefix|prefix|STRING match(?: !)?|\/\*|--[ug]id-owner|--path|--object-pinned|--selctx|--helper|sk[ug]id|owner [UG]ID match) {1,2}$/;
const COMMENTS = [/"(?:[^"\\\n]|\\.)*"/y, /[^\s"\\-][^\s"\\]*/y] as const;
/** More than is looked at of what stands in front of one. */
const LONGEST_AHEAD = 20;
const [BLANK, ASTERISK, DASH] = [32, 42, 45];
/** The last characters of what stands in front of one and its blank: t, g, x, r, h, d, !, the asterisk, another blank. */
const AHEAD_ENDS: ReadonlySet<number> = new Set([116, 103, 120, 114, 104, 100, 33, ASTERISK, BLANK]);
const LISTED = [/.*?(?= \*\/)/y] as const;
const JSON_COMMENT = /(?<="comment"\s*:\s*)"(?:[^"\\]|\\.)*"/g;

type Groups = Record<string, string | undefined>;

/** Writes captures into drafts, and learns what they hold. */
export class CaptureDrafter {
  readonly #chains: ChainMap;
  readonly #rules: RuleDrafter;
  /** Of what stands between blanks, with the one blank behind it. */
  readonly #field: Numbers;
  readonly #comment: Numbers;
  /** Of what people wrote into captures. */
  readonly leftOut: LeftOutLines = { count: 0 };

  constructor(place: CapturePlace, pieces: Pieces) {
    this.#chains = place.chains;
    this.#field = pieces.kind((text) => fieldTemplate(text, place));
    this.#comment = pieces.kind((text) => commentTemplate(text, place));
    const comment = (text: string, at: number, draft: Draft) => this.#commentAt(text, at, draft);
    this.#rules = new RuleDrafter(place, pieces, { field: this.#field, comment, isCommentAhead });
  }

  capture(source: Source, draft: Draft): void {
    this.#chains.startFile();
    for (const text of toolTexts(source, this.leftOut))
      // nft -j: comments are found by their key, the rest as in any other line. A listing says once which chain it is of.
      if (text.includes('"comment"') || text.includes("Chain KUBE-") || this.#chains.isListing)
        for (let at = 0; at < text.length;) {
          const end = text.indexOf("\n", at) + 1 || text.length;
          this.#line(text.slice(at, end), draft);
          at = end;
        }
      else this.#rules.text(text, draft);
  }

  #line(line: string, draft: Draft): void {
    this.#chains.line(line);
    let at = 0;
    if (line.includes('"comment"'))
      for (const { 0: comment, index } of line.matchAll(JSON_COMMENT)) {
        this.#fields(line.slice(at, index), draft);
        draft.add(this.#comment(comment));
        at = index + comment.length;
      }
    this.#fields(line.slice(at), draft);
    draft.endLine();
  }

  #fields(text: string, draft: Draft): void {
    for (let at = 0; at < text.length;) {
      const end = text.indexOf(" ", at) + 1 || text.length;
      draft.add(this.#field(text.slice(at, end)));
      at = this.#commentAt(text, end, draft);
    }
  }

  /** Adds the comment at `at`, if the field in front of it says that there is one; gives where it ends. */
  #commentAt(text: string, at: number, draft: Draft): number {
    const comment = isCommentAhead(text, at) ? commentIn(text, at) : "";
    if (comment !== "") draft.add(this.#comment(comment));
    return at + comment.length;
  }
}

function isCommentAhead(text: string, at: number): boolean {
  if (text.charCodeAt(at - 1) !== BLANK || !AHEAD_ENDS.has(text.charCodeAt(at - 2))) return false;
  // The -d of every other rule.
  if (text.charCodeAt(at - 3) === DASH) return false;
  return COMMENT_AHEAD.test(text.slice(Math.max(0, at - LONGEST_AHEAD), at));
}

function commentIn(text: string, at: number): string {
  for (const form of text.charCodeAt(at - 2) === ASTERISK ? LISTED : COMMENTS) {
    form.lastIndex = at;
    if (form.test(text)) return text.slice(at, form.lastIndex);
  }
  return "";
}

/** Of a connection: what security modules, helpers and labels are called is the owner's own. */
const OPEN_VALUE = /^((?:secctx|helper|labels)=)(\S+)(\s*)$/;

function fieldTemplate(field: string, place: CapturePlace): Template {
  const [, key, value, blank] = OPEN_VALUE.exec(field) ?? [];
  if (value !== undefined) return joined(key!, place.renamer.template(value), blank!);
  const start = field.startsWith(":") ? 1 : 0;
  if (HASHED_FIELD.test(field))
    return [field.slice(0, start), place.chains.chain(field.slice(start, -1)), field.slice(-1)];
  return replaced(field, PARTS, (found) => partTemplate(found[0], found.groups!, place));
}

function partTemplate(whole: string, groups: Groups, { renamer, chains }: CapturePlace): Template {
  if (groups["kind"] !== undefined) return later(() => renameNftName(groups, (text) => renamer.text(text)));
  if (groups["chain"] !== undefined) return chains.chain(whole);
  if (groups["v4"] !== undefined || groups["v6"] !== undefined) return renamer.address(whole) ?? whole;
  if (TOOL_WORDS.has(whole)) return whole;
  renamer.mayHoldName(whole);
  return later(() => (isName(whole, renamer) ? fill(renamer.words.template(whole)) : whole));
}

/** Known from objects or comments, which may come after it. */
function isName(word: string, { words, isSettled }: Renamer): boolean {
  return isSettled && (words.has(word) || words.has(word.replace(/-\d{1,3}$/, "")));
}

/** `comment`: with its quotes, where it has any. */
function commentTemplate(comment: string, { renamer, chains }: CapturePlace): Template {
  const quote = comment.startsWith('"') ? '"' : "";
  const words = comment.slice(quote.length, comment.length - quote.length).split(" ");
  const made = words.flatMap((word, i) => [i > 0 ? " " : quote, wordTemplate(word, { renamer, chains })]);
  return joined(...made, quote);
}

function wordTemplate(word: string, { renamer, chains }: CapturePlace): Template {
  if (isServicePortName(word)) {
    chains.servicePort(word);
    return renamer.template(word);
  }
  const at = word.search(HASHED);
  if (at < 0) return renamer.template(word, COMMENT_WORDS);
  const end = at + HASHED.exec(word)![0].length;
  return [word.slice(0, at), chains.chain(word.slice(at, end)), word.slice(end)];
}
