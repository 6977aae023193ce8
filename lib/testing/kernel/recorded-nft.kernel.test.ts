/** Recorded nft texts on a real kernel: loaded, listed in every way an operator has, read back and found equal. */
import { expect, test } from "@jest/globals";
import { NEWEST_MINOR } from "../../config/kube-version.js";
import { parseNftCommands } from "../../rulesets/nftables/parse-commands.js";
import { parseNftJSON } from "../../rulesets/nftables/parse-json.js";
import { parseNftList } from "../../rulesets/nftables/parse-list.js";
import { sourceFromText } from "../../source/source.js";
import { nftContents } from "../nft-contents.js";
import { readRecordedText, recordedCases } from "../recorded-cases.js";
import { describeKernel } from "./describe-kernel.js";
import { withNamespace, type Namespace } from "./namespace.js";

const MINORS = [31, 33, 34, 36, NEWEST_MINOR];
const LISTINGS = [[], ["-a"], ["-s"], ["-n"], ["-y"], ["-S"], ["-a", "-s", "-n", "-S"]];

const cases = recordedCases().filter(
  ({ name }) => readRecordedText(name, "nftables", "nft", NEWEST_MINOR) !== undefined,
);

/** An interface matched by index is looked up while loading: those named exist, a prefix never does. */
function addInterfaces(namespace: Namespace, text: string): void {
  for (const name of new Set([...text.matchAll(/ iif (?:!= )?([a-z0-9]+) /g)].map(([, found]) => found!)))
    namespace.run("ip", ["link", "add", name, "type", "bridge"]);
}

describeKernel("recorded nft texts on a real kernel", ["nft"], () => {
  test.each(cases)("$name is read back as it was loaded, from text and from JSON", ({ name }) => {
    for (const minor of MINORS) {
      const text = readRecordedText(name, "nftables", "nft", minor);
      if (text === undefined) continue;
      const [expected] = parseNftCommands(text.split("\n")).tables;
      withNamespace((namespace) => {
        addInterfaces(namespace, text);
        const loaded = namespace.try("nft", ["-f", "-"], text);
        if (loaded.status !== 0) {
          expect(text).toMatch(/ iif (!= )?[a-z]+\*/);
          return;
        }
        for (const options of LISTINGS) {
          const listing = namespace.run("nft", [...options, "list", "ruleset"]);
          const { tables, diagnostics } = parseNftList(sourceFromText("node.txt", listing));
          expect(diagnostics).toEqual([]);
          expect(tables.map((table) => nftContents(table))).toEqual([nftContents(expected!)]);
        }
        const json = namespace.run("nft", ["-j", "list", "ruleset"]);
        const read = parseNftJSON(sourceFromText("node.json", json));
        expect(read.diagnostics).toEqual([]);
        expect(read.tables.map((table) => nftContents(table, { objectComments: false }))).toEqual([
          nftContents(expected!, { objectComments: false }),
        ]);
      });
    }
  });
});
