import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { textsOf } from "../../source/texts-of.js";
import { cleanCapture } from "./clean-capture.js";

const NFT = {
  nftables: [{ metainfo: { version: "1.0.9" } }, { table: { family: "ip", name: "kube-proxy", handle: 1 } }],
};
const IP = [{ ifindex: 1, ifname: "lo", addr_info: [] }];
const below = (name: string, json: string) =>
  `${name}:\n${json
    .split("\n")
    .map((line) => `    ${line}\n`)
    .join("")}`;

const read = (text: string) => {
  const { source, notes, refusal } = cleanCapture(sourceFromText("x.txt", text));
  return { text: [...textsOf(source)].join(""), notes, refusal };
};

describe("JSON below the name of a Salt minion", () => {
  test.each([
    ["of nft in one line", NFT, undefined],
    ["of nft in lines", NFT, 4],
    ["of ip", IP, undefined],
    ["of ip in lines", IP, 4],
  ])("%s is read, with one note", (_, document, indent) => {
    for (const ends of ["\n", "\r\n"]) {
      const { text, notes, refusal } = read(
        below("node-1.example.com", JSON.stringify(document, null, indent)).replaceAll("\n", ends),
      );
      expect(refusal).toBeUndefined();
      expect(JSON.parse(text)).toEqual(document);
      expect(notes.map(({ message }) => message)).toEqual([expect.stringContaining("has a Salt minion's name above")]);
    }
  });

  test("is refused of several minions, with what to run", () => {
    const { refusal } = read(below("node-1", JSON.stringify(NFT)) + below("node-2", "Minion did not return."));
    expect(refusal).toMatchObject({ code: "captures-disagree", severity: "error" });
    expect(refusal!.message).toContain("2 nodes (node-1, node-2)");
    expect(refusal!.notes).toEqual([expect.stringContaining("--out=newline_values_only > NODE.txt")]);
  });

  test("without a minion, and text of rules, stay as they are", () => {
    for (const text of [JSON.stringify(NFT, null, 2), "table ip x {\n}\n"])
      expect(read(text)).toMatchObject({ text, notes: [] });
  });
});
