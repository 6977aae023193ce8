import { expect, test } from "@jest/globals";
import { parseNftList } from "../../rulesets/nftables/parse-list.js";
import { sourceFromText } from "../../source/source.js";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { chainIndex } from "./chain-index.js";

const NAMES = [
  "services",
  "endpoint-reject",
  "service-ABCDEFGH-prod/api/tcp/http",
  "local-ABCDEFGH-prod/api/tcp/http",
  "endpoint-ABCDEFGH-prod/api/tcp/http__10.1.1.1/80",
  "endpoint-BCDEFGHI-prod/api/tcp/http__10.1.1.2/80",
];
const names = fc.constantFrom(...NAMES);
/** With and without a line that only the slow reader takes. */
const bodies = fc.constantFrom("", "\t\tdrop\n", '\t\tcomment "mine"\n\t\tdrop\n');

test("what a listing's reader notes of its chains is what going through all of them tells", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(names, bodies), { maxLength: 12 }), (chains) => {
      const blocks = chains.map(([name, body]) => `\tchain ${name} {\n${body}\t}\n`).join("\n");
      const [table] = parseNftList(sourceFromText("node.txt", `table ip kube-proxy {\n${blocks}}\n`)).tables;
      const { placeOf, own, notOfEndpoints } = chainIndex(table!);
      const found = table!.chains.map(({ name }) => name);
      expect(found).toEqual(chains.map(([name]) => name));
      for (const name of [...found, ...NAMES]) {
        const last = found.lastIndexOf(name);
        expect(placeOf.get(name)).toBe(last < 0 ? undefined : last);
      }
      const places = (isWanted: (name: string) => boolean) => found.flatMap((name, i) => (isWanted(name) ? [i] : []));
      expect(notOfEndpoints).toEqual(places((name) => !name.startsWith("endpoint-")));
      expect(own).toEqual(places((name) => !name.startsWith("endpoint-") && !name.includes("/")));
    }),
    { numRuns: fuzzRuns(200) },
  );
});
