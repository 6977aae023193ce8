import { expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { blankTables } from "./blank-tables.js";

const isFilter = (family: string, name: string) => family === "ip" && name === "filter";

function restOf(text: string): string {
  const { read, size } = blankTables(sourceFromText("nft", text), isFilter);
  return Buffer.from(read(0, size)).toString();
}

test("tables of a listing are left out, and the lines of others stay where they are", () => {
  const other = "table inet filter {\n\tchain c {\n\t}\n}\n";
  const listing = `table ip filter {\n\tchain c {\n\t}\n}\n${other}table ip6 filter {\n}\n`;
  expect(restOf(listing)).toBe(`\n\n\n\n${other}table ip6 filter {\n}\n`);
});

test("tables of a listing in JSON are left out with all that is in them", () => {
  const item = (kind: string, family: string, table: string) =>
    `{"${kind}": {"family": "${family}", "${kind === "table" ? "name" : "table"}": "${table}", "name": "c"}}`;
  const own = [item("table", "ip", "filter"), item("chain", "ip", "filter"), item("rule", "ip", "filter")];
  const others = [item("table", "inet", "filter"), item("rule", "inet", "filter")];
  const listing = (items: readonly string[]) => `{"nftables": [${items.join(",")}]}`;
  expect(JSON.parse(restOf(listing([...own, ...others])))).toEqual(JSON.parse(listing(others)));
  expect(restOf(listing(own))).toBe("");
});

test("tables that never end stay, in a time that grows as the listing does", () => {
  const text = "table ip filter {\n".repeat(200_000);
  expect(restOf(text)).toBe(text);
});
