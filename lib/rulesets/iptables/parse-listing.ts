/** One rule from a row of `iptables -nvL`, `-vnxL` or `-nL`. */
import { MATCH_FORMS } from "./matches/index.js";
import type { MatchForm } from "./matches/match-form.js";
import { FORM_BY_TARGET, isExtensionName, type IsChain, type ParsedRule } from "./parse-rule.js";
import { protocolName } from "./protocols.js";
import type { Clause, Counters, HeaderClause, Match, Target } from "./types.js";
import { quoteForSave } from "./quoting.js";
import { isAtEnd, peekWord, takeWord, takeWords, type WordReader } from "./word-reader.js";

/** Which columns a listing has, told by its heading row. */
export interface ListingColumns {
  readonly lineNumbers: boolean;
  readonly counters: boolean;
  /** "in" and "out", shown with -v. */
  readonly interfaces: boolean;
}

/** The columns that a heading row names; undefined when the line is none. */
export function listingColumns(line: string): ListingColumns | undefined {
  const words = line.trim().split(/\s+/);
  if (!words.includes("target") || !words.includes("source") || words.at(-1) !== "destination") return undefined;
  return {
    lineNumbers: words[0] === "num",
    counters: words.includes("pkts"),
    interfaces: words.includes("in") && words.includes("out"),
  };
}

const FORMS = Object.values(MATCH_FORMS) as unknown as readonly MatchForm<Match>[];
const OPT = /^(--|-f|!f)$/;
const ADDRESS = /^!?([\d.]+|[\da-fA-F:.]*:[\da-fA-F:.]*|anywhere)(\/[\d.:a-fA-F]+)?$/;
/** What stands for an address in a listing taken without -n. */
const NAMED_OR_NOT = new RegExp(`${ADDRESS.source}|^!?[A-Za-z0-9][\\w.-]*(/[\\d.]+)?$`);
/** Whether the words of a row name ports that -n shows as numbers. */
function namesPorts(line: string): boolean {
  return /\s[sd]pts?:(?!!?\d+(?::\d+)?(?:\s|$))|\smultiport (?:dports|sports|ports) !?\S*[a-z]/i.test(
    withoutQuotes(line),
  );
}

/** Comments and quoted strings may say anything. */
function withoutQuotes(line: string): string {
  return line.replace(/\/\* .*? \*\//g, "").replace(/"[^"]*"/g, "");
}

/** `hasNames`: names stand where -n shows numbers. "anywhere" says the same either way. */
export type ListedRule = ParsedRule & { readonly hasNames?: boolean };

/** A row: target and opt columns may be empty, so the fit of what follows decides. Undefined: no row at all. */
export function parseListedRule(line: string, chain: string, columns: ListingColumns, isChain: IsChain): ListedRule {
  const words: WordReader = { text: line, at: 0 };
  if (columns.lineNumbers) takeWord(words);
  const counters = columns.counters ? takeCounters(words) : undefined;
  if (columns.counters && !counters) return { problem: "the row does not start with its counters" };
  const start = words.at;
  for (const [hasTarget, hasOpt] of [
    [true, true],
    [false, true],
    [true, false],
    [false, false],
  ] as const) {
    words.at = start;
    const target = hasTarget ? takeWord(words) : "";
    const header = takeHeader(words, hasOpt, columns.interfaces);
    if (!header) continue;
    const isGoto = takeWords(words, "[goto]");
    const { matches, target: built } = takeTail(words, target, isGoto, header.protocol, isChain);
    return {
      rule: { chain, clauses: [...header.clauses, ...matches], target: built, ...(counters && { counters }) },
      hasNames: header.isNamed || namesPorts(line),
    };
  }
  return { problem: "the row has not the columns of its heading" };
}

const SUFFIXES: Readonly<Record<string, number>> = { "": 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** "12", "3456K": iptables shortens counters unless -x is given. */
export function parseShortened(text: string): number | undefined {
  const found = /^(\d+)([KMGT]?)$/.exec(text);
  return found ? Number(found[1]) * SUFFIXES[found[2]!]! : undefined;
}

function takeCounters(words: WordReader): Counters | undefined {
  const packets = parseShortened(takeWord(words));
  const bytes = parseShortened(takeWord(words));
  return packets === undefined || bytes === undefined ? undefined : { packets, bytes };
}

function takeHeader(
  words: WordReader,
  hasOpt: boolean,
  hasInterfaces: boolean,
): { readonly protocol: string; readonly clauses: readonly HeaderClause[]; readonly isNamed: boolean } | undefined {
  const clauses: HeaderClause[] = [];
  const prot = negatable(takeWord(words));
  if (!/^[a-z0-9-]+$/.test(prot.text) || OPT.test(prot.text)) return undefined;
  const opt = hasOpt ? takeWord(words) : "--";
  if (!OPT.test(opt)) return undefined;
  const names = hasInterfaces ? [negatable(takeWord(words)), negatable(takeWord(words))] : [];
  const source = takeWord(words);
  const destination = takeWord(words);
  const isNamed = !ADDRESS.test(source) || !ADDRESS.test(destination);
  // Only where the opt column stands in front, so that nothing else is taken for a name.
  const form = isNamed && hasOpt ? NAMED_OR_NOT : ADDRESS;
  if (!form.test(source) || !form.test(destination)) return undefined;
  for (const [kind, text] of [
    ["source", source],
    ["destination", destination],
  ] as const) {
    const address = negatable(text);
    if (!/^(0\.0\.0\.0\/0|::\/0|anywhere)$/.test(address.text) || address.negated)
      clauses.push({ kind, address: address.text, ...(address.negated && { negated: true }) });
  }
  for (const [i, { text, negated }] of names.entries())
    if ((text !== "*" && text !== "any") || negated)
      clauses.push({ kind: i === 0 ? "in-interface" : "out-interface", name: text, ...(negated && { negated }) });
  const protocol = protocolName(prot.text);
  if (protocol !== "all") clauses.push({ kind: "protocol", protocol, ...(prot.negated && { negated: true }) });
  if (opt !== "--") clauses.push({ kind: "fragment", ...(opt === "!f" && { negated: true }) });
  return { protocol, clauses, isNamed };
}

function negatable(word: string): { readonly text: string; readonly negated: boolean } {
  return word.startsWith("!") ? { text: word.slice(1), negated: true } : { text: word, negated: false };
}

/**
 * Matches as long as their words are known, then the target's. From the first word that is not known on, nothing but
 * comments and the target's words at the very end is read: a known word may be part of what is not known, such as a
 * string looked for. Those words make one match of module "listed".
 */
function takeTail(
  words: WordReader,
  name: string,
  isGoto: boolean,
  protocol: string,
  isChain: IsChain,
): { readonly matches: readonly Clause[]; readonly target: Target } {
  const matches: Clause[] = [];
  const unread: string[] = [];
  const finish = (target: Target) => {
    if (unread.length > 0) matches.push(unreadMatch(unread));
    return { matches, target };
  };
  for (;;) {
    const start = words.at;
    const built = takeTarget(words, name, isGoto, isChain);
    if (built && isAtEnd(words)) return finish(built);
    words.at = start;
    const match = unread.length === 0 ? takeMatch(words, protocol) : takeComment(words);
    if (match) matches.push(match);
    else if (isAtEnd(words)) return finish({ kind: "unknown", name, tokens: [] });
    else unread.push(takeWord(words));
  }
}

/** Words of a listing that are not known, as the one value of an option that no module has. */
function unreadMatch(words: readonly string[]): Match {
  return { kind: "unknown", module: LISTED, tokens: ["--words", quoteForSave(words.join(" "))] };
}

/** Stands for the module's name where a listing has words that are not known. */
const LISTED = "listed";

function takeComment(words: WordReader): Match | undefined {
  const start = words.at;
  const found = MATCH_FORMS.comment.list?.(words, "");
  if (!found) words.at = start;
  return found;
}

function takeMatch(words: WordReader, protocol: string): Match | undefined {
  if (peekWord(words) === "") return undefined;
  const start = words.at;
  for (const form of FORMS) {
    const match = form.list?.(words, protocol);
    if (match) return match;
    words.at = start;
  }
  return undefined;
}

function takeTarget(words: WordReader, name: string, isGoto: boolean, isChain: IsChain): Target | undefined {
  if (name === "") return { kind: "none" };
  if (isGoto) return { kind: "goto", chain: name };
  const form = isChain(name) ? undefined : FORM_BY_TARGET.get(name);
  if (form) return form.list?.(words, name);
  return isExtensionName(name) && !isChain(name) ? takeExtension(words, name) : { kind: "jump", chain: name };
}

/** What a listing says of extensions' targets that take packets in table nat, and the option it is written with. */
const EXTENSION_WORDS: Readonly<Record<string, readonly [words: RegExp, option: string]>> = {
  REDIRECT: [/^ *redir ports (\d+(?:-\d+)?)( random)? *$/, "--to-ports"],
  NETMAP: [/^ *to:(\S+) *$/, "--to"],
};

/** Without these words, such a rule would seem to have a condition. */
function takeExtension(words: WordReader, name: string): Target | undefined {
  const [form, option] = Object.hasOwn(EXTENSION_WORDS, name) ? EXTENSION_WORDS[name]! : [];
  const found = form?.exec(words.text.slice(words.at));
  if (!found) return undefined;
  words.at = words.text.length;
  return { kind: "unknown", name, tokens: [option!, found[1]!, ...(found[2] ? ["--random"] : [])] };
}
