/** Tables of a listing left out, with an empty line in the place of each of theirs, so that all others keep their numbers. */
import { cleanCapture } from "../capture-text/clean-capture.js";
import { decodeBytes } from "../capture-text/decode-bytes.js";
import { sourceFromText, type Source } from "../../source/source.js";

const TABLE = /^table (ip6?) (\w+) \{[^]*?^\}/gm;

export function blankTables(listing: Source, isLeftOut: (family: "ip" | "ip6", name: string) => boolean): Source {
  const { source } = cleanCapture(listing);
  const text = decodeBytes(source.read(0, source.size));
  const rest = text.replace(TABLE, (table: string, family: "ip" | "ip6", name: string) =>
    isLeftOut(family, name) ? table.replace(/[^\n]+/g, "") : table,
  );
  return sourceFromText(listing.name, rest);
}
