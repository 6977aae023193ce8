/** Tables of a listing left out, so that all others keep the numbers of their lines. */
import { cleanCapture } from "../capture-text/clean-capture.js";
import { decodeBytes } from "../capture-text/decode-bytes.js";
import { sourceFromText, type Source } from "../../source/source.js";
import { tellNftForm } from "./capture.js";
import { eachJSONItem } from "./json-items.js";

export type IsLeftOut = (family: "ip" | "ip6", name: string) => boolean;

const TABLE = /^table (ip6?) (\w+) \{/gm;
const JSON_TABLE = /\{\s*"table":\s*\{\s*"family":\s*"(\w+)",\s*"name":\s*"([^"]+)"/g;
/** nft names the family first, and then the table. */
const JSON_ITEM = /^\{\s*"\w+":\s*\{\s*"family":\s*"(ip6?)",\s*"(?:table|name)":\s*"(\w+)"/;

/** The listing without these tables; without anything where it has no others. */
export function blankTables(listing: Source, isLeftOut: IsLeftOut): Source {
  const { source } = cleanCapture(listing);
  const text = decodeBytes(source.read(0, source.size));
  if (tellNftForm(text.slice(0, 1024)) === "json") return withoutItems(source, text, isLeftOut);
  return sourceFromText(listing.name, withoutBlocks(text, isLeftOut));
}

/** With an empty line in the place of each. */
function withoutBlocks(text: string, isLeftOut: IsLeftOut): string {
  const kept: string[] = [];
  let from = 0;
  for (const { index, 1: family, 2: name } of text.matchAll(TABLE)) {
    if (index < from || !isLeftOut(family as "ip" | "ip6", name!)) continue;
    const end = text.indexOf("\n}", index);
    // What breaks off is for the reader to tell.
    if (end < 0) break;
    kept.push(text.slice(from, index), text.slice(index, end + 2).replace(/[^\n]+/g, ""));
    from = end + 2;
  }
  return kept.join("") + text.slice(from);
}

function withoutItems(source: Source, text: string, isLeftOut: IsLeftOut): Source {
  const isOfOthers = ([, family, name]: readonly string[]) =>
    (family !== "ip" && family !== "ip6") || !isLeftOut(family, name!);
  if (![...text.matchAll(JSON_TABLE)].some(isOfOthers)) return sourceFromText(source.name, "");
  const kept: string[] = [];
  let lines = 1;
  eachJSONItem(source, (item, line) => {
    const named = item === undefined ? null : JSON_ITEM.exec(item);
    if (item === undefined || (named && !isOfOthers(named))) return;
    kept.push("\n".repeat(Math.max(0, line - lines)) + item);
    lines = Math.max(lines, line) + item.split("\n").length - 1;
  });
  return sourceFromText(source.name, `{"nftables": [${kept.join(",")}]}`);
}
