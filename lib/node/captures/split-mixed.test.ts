import { expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { splitMixed } from "./split-mixed.js";

const SAVE = "*nat\n:KUBE-SERVICES - [0:0]\nCOMMIT\n";
const NFT = '{"nftables": [{"metainfo": {"x": "}{\\""}}, {"table": {"family": "ip", "name": "kube-proxy"}}]}\n';
const ADDRESSES = '[{"ifindex":1,"addr_info":[]}]\n';
const split = (text: string) =>
  splitMixed([sourceFromText("n.txt", text)]).map(({ size, read, leftOut }) => [
    new TextDecoder().decode(read(0, size)),
    leftOut?.[0]?.count ?? 0,
  ]);

test.each([
  [
    "behind text",
    SAVE + NFT,
    [
      [`${SAVE}\n`, 0],
      [NFT.trimEnd(), 3],
    ],
  ],
  [
    "in front of text",
    NFT + SAVE,
    [
      [`\n${SAVE}`, 0],
      [NFT.trimEnd(), 0],
    ],
  ],
  [
    "of two tools",
    SAVE + ADDRESSES + SAVE + NFT,
    [
      [`${SAVE}\n${SAVE}\n`, 0],
      [ADDRESSES.trimEnd(), 3],
      [NFT.trimEnd(), 7],
    ],
  ],
  [
    "broken off",
    SAVE + NFT.slice(0, 60),
    [
      [SAVE, 0],
      [NFT.slice(0, 60), 3],
    ],
  ],
  [
    "over several lines",
    `${SAVE}{\n"nftables": [\n{}]}\n`,
    [
      [`${SAVE}\n\n\n`, 0],
      ['{\n"nftables": [\n{}]}', 3],
    ],
  ],
])("a JSON document %s is a part by itself, with its line numbers", (_, text, expected) => {
  expect(split(text)).toEqual(expected);
});

test.each([SAVE, NFT, NFT + NFT, `$ nft -j list ruleset\n${NFT}`, `${SAVE}# "nftables" in words\n`, ""])(
  "any other file stays one: %j",
  (text) => {
    expect(split(text)).toEqual([[text, 0]]);
  },
);

test.each([
  ["of escaped quotes without an end", `${SAVE}{"nftables": ["${'\\"'.repeat(1 << 19)}\n`, 2],
  ["of one long string", `${SAVE}{"nftables": ["${"a".repeat(1 << 24)}"]}\n`, 2],
  ["of many documents", SAVE + '[{"ifindex":1}]\n'.repeat(1 << 15), (1 << 15) + 1],
])("a text %s is split in a time that grows with its length", (_, text, parts) => {
  const start = process.cpuUsage();
  expect(splitMixed([sourceFromText("n.txt", text)])).toHaveLength(parts);
  const { user, system } = process.cpuUsage(start);
  expect(user + system).toBeLessThan(10e6);
});

test("a document is found wherever what is read at once ends", () => {
  const line = `-A KUBE-SERVICES -m comment --comment "nfs/if:p" {} "if"\n`;
  for (let start = (1 << 19) - 20; start <= (1 << 19) + 4; start++) {
    const text = SAVE + line.repeat(Math.floor((start - SAVE.length) / line.length));
    const whole = `${text}${"#".repeat(start - text.length - 1)}\n${NFT}${line}`;
    const source = sourceFromText("n.txt", whole);
    const readInto = (target: Uint8Array, from: number) => {
      const bytes = source.read(from, Math.min(source.size, from + target.length));
      target.set(bytes);
      return bytes.length;
    };
    expect(whole.indexOf(NFT)).toBe(start);
    expect(splitMixed([source])).toHaveLength(2);
    expect(splitMixed([{ ...source, readInto }])).toHaveLength(2);
  }
});
