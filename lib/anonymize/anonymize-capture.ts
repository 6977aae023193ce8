/** What a tool printed on a node, line by line, with names and addresses in it replaced. */
import { textsOf } from "../source/texts-of.js";
import type { Source } from "../source/source.js";
import type { ChainMap } from "./chain-map.js";
import { NFT_NAME, renameNftName } from "./nft-name-map.js";
import { ADDRESS, type Renamer } from "./renamer.js";
import { isServicePortName } from "./service-port-names.js";
import { COMMENT_WORDS, TOOL_WORDS } from "./vocabulary.js";

const HASHED = /KUBE-(?:SVC|SVL|FW|EXT|XLB|SEP)-[A-Z2-7]{16}/;
/** Of these the first that matches says what a piece of a line is. */
const PIECES = new RegExp(
  [
    NFT_NAME.source,
    `(?<chain>${HASHED.source})`,
    /(?<before>(?:--comment|\bcomment) )(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<bare>[^\s"\\-][^\s"\\]*))/.source,
    /\/\* (?<listed>.*?) \*\//.source,
    ADDRESS.source,
    /(?<![\w-])(?<word>[A-Za-z][\w-]*[A-Za-z0-9]|[A-Za-z])(?![\w-])/.source,
  ].join("|"),
  "g",
);
const JSON_COMMENT = /("comment"\s*:\s*)"((?:[^"\\]|\\.)*)"/g;

export interface CapturePlace {
  readonly renamer: Renamer;
  readonly chains: ChainMap;
}

/** Learns what a capture holds. */
export function learnCapture(source: Source, place: CapturePlace): void {
  place.chains.startFile();
  for (const text of textsOf(source))
    for (const line of text.split("\n")) {
      place.chains.line(line);
      renameLine(line, place);
    }
}

/** The lines of a capture, once everything is learnt. */
export function* renamedCapture(source: Source, place: CapturePlace): Generator<string> {
  for (const text of textsOf(source)) {
    const made = text.split("\n").map((line) => renameLine(line, place));
    yield made.join("\n");
  }
}

function renameLine(line: string, place: CapturePlace): string {
  if (line.includes('"comment"')) {
    // nft -j: comments are found by their key, the rest as in any other line.
    let made = "";
    let at = 0;
    for (const match of line.matchAll(JSON_COMMENT)) {
      made += renamePieces(line.slice(at, match.index), place) + `${match[1]!}"${comment(match[2]!, place)}"`;
      at = match.index + match[0].length;
    }
    return made + renamePieces(line.slice(at), place);
  }
  return renamePieces(line, place);
}

function renamePieces(line: string, place: CapturePlace): string {
  const { renamer, chains } = place;
  return line.replace(PIECES, (whole: string, ...rest: unknown[]) => {
    const groups = rest.at(-1) as Record<string, string | undefined>;
    if (groups["kind"] !== undefined) return renameNftName(groups, (text) => renamer.text(text));
    if (groups["chain"] !== undefined) return chains.map(whole);
    if (groups["quoted"] !== undefined) return `${groups["before"]!}"${comment(groups["quoted"], place)}"`;
    if (groups["bare"] !== undefined) return groups["before"]! + comment(groups["bare"], place);
    if (groups["listed"] !== undefined) return `/* ${comment(groups["listed"], place)} */`;
    if (groups["v4"] !== undefined || groups["v6"] !== undefined) return renamer.address(whole) ?? whole;
    return isName(whole, renamer) ? renamer.words.map(whole) : whole;
  });
}

/** A name that is known from objects or comments and is no word of a tool. */
function isName(word: string, { words, isSettled }: Renamer): boolean {
  return isSettled && !TOOL_WORDS.has(word) && (words.has(word) || words.has(word.replace(/-\d{1,3}$/, "")));
}

function comment(text: string, { renamer, chains }: CapturePlace): string {
  return text
    .split(" ")
    .map((word) => {
      if (!renamer.isSettled && isServicePortName(word)) chains.servicePort(word);
      if (HASHED.test(word)) return word.replace(HASHED, (chain) => chains.map(chain));
      return isServicePortName(word) ? renamer.text(word) : renamer.text(word, COMMENT_WORDS);
    })
    .join(" ");
}
