import { expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { isListingOf, sameRules, tablesOnce } from "./compare-tables.js";
import { readCaptures } from "./read-captures.js";

const SAVE = [
  "*nat",
  ":PREROUTING ACCEPT [0:0]",
  ":INPUT ACCEPT [0:0]",
  ":OUTPUT ACCEPT [0:0]",
  ":POSTROUTING ACCEPT [0:0]",
  "-A PREROUTING -m set --match-set A dst,dst --return-nomatch -j RETURN",
  "-A PREROUTING -p tcp -m tcp --dport 80 -j SET --add-set A src --exist",
  "COMMIT",
];
const CHAIN = (name: string) => [
  `Chain ${name} (policy ACCEPT 0 packets, 0 bytes)`,
  " pkts bytes target     prot opt in     out     source               destination",
];
const LISTED = [
  ...CHAIN("PREROUTING"),
  "    0     0 RETURN     0    --  *      *       0.0.0.0/0            0.0.0.0/0            match-set A dst,dst return-nomatch",
  "    0     0 SET        6    --  *      *       0.0.0.0/0            0.0.0.0/0            tcp dpt:80 add-set A src exist",
  ...["INPUT", "OUTPUT", "POSTROUTING"].flatMap((name) => ["", ...CHAIN(name)]),
];
const tableOf = (lines: readonly string[]) =>
  readCaptures([sourceFromText("n.txt", `${lines.join("\n")}\n`)]).tables[0]!;

test("words of a listing that are not known are no disagreement, and all else is", () => {
  const [save, listing] = [tableOf(SAVE), tableOf(["Table: nat", ...LISTED])];
  expect([sameRules(save, listing), isListingOf(listing, save), isListingOf(save, listing)]).toEqual([
    false,
    true,
    false,
  ]);
  expect(tablesOnce([listing, save])).toEqual({ tables: [save], diagnostics: [] });
  for (const [from, to] of [
    ["RETURN ", "ACCEPT "],
    ["dpt:80", "dpt:81"],
    ["Chain OUTPUT", "Chain OTHER"],
  ] as const) {
    const other = tableOf(["Table: nat", ...LISTED.map((line) => line.replace(from, to))]);
    expect([from, isListingOf(other, save)]).toEqual([from, false]);
  }
  expect(isListingOf(tableOf(["Table: nat", ...LISTED.filter((line) => !line.includes("RETURN"))]), save)).toBe(false);
});
