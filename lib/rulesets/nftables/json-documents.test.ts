/** Several documents of nft -j in one file. */
import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { parseNftJSON } from "./parse-json.js";

const table = (family: string, ...chains: string[]) =>
  JSON.stringify({
    nftables: [
      { metainfo: { json_schema_version: 1 } },
      { table: { family, name: "kube-proxy", handle: 1 } },
      ...chains.map((name) => ({ chain: { family, table: "kube-proxy", name, handle: 2 } })),
    ],
  });
const read = (...documents: string[]) => parseNftJSON(sourceFromText("node.json", `${documents.join("\n")}\n`));

describe("documents of nft -j in one file", () => {
  test("of both families are a table each", () => {
    const { tables, diagnostics } = read(table("ip", "a"), table("ip6", "b"));
    expect(diagnostics).toEqual([]);
    expect(tables.map(({ family, chains }) => [family, chains.map(({ name }) => name)])).toEqual([
      ["ip", ["a"]],
      ["ip6", ["b"]],
    ]);
  });

  test("of one table are two captures of it", () => {
    const { tables, diagnostics } = read(table("ip", "a"), table("ip", "a", "b"));
    expect(diagnostics).toEqual([]);
    expect(tables.map(({ chains, complete }) => [chains.length, complete])).toEqual([
      [1, true],
      [2, true],
    ]);
  });

  test("of which the last is cut are told", () => {
    const { diagnostics } = read(table("ip", "a"), table("ip6", "b").slice(0, -20));
    expect(diagnostics).toMatchObject([{ code: "capture-incomplete", severity: "error" }]);
  });
});
