/** What is found of blocks that are no objects is what going through the objects finds. */
import { expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { hashInName } from "./hashed-name.js";
import { partsOf } from "./listed-parts.js";
import { parseNftList } from "./parse-list.js";

/** Hashes that begin alike, one that is none, and names of which one begins another. */
const HASHES = ["AAAAAAAA", "AAAAAAA2", "AAAAAAAB", "2AAAAAAA", "AAAAAA1A"];
const OWNERS = ["a/b/tcp/__10.0.0.1/80", "a/b/tcp/__10.0.0.1/8", "a/b/tcp/__10.0.0.2/80"];
const KINDS = [
  ["chain", "endpoint", "\t\tdrop\n"],
  ["chain", "endpoint", "\t\tdrop\n\t\taccept\n"],
  // Only the slow reader takes this line.
  ["chain", "endpoint", '\t\tcomment "mine"\n'],
  ["chain", "service", "\t\tdrop\n"],
  ["set", "affinity", "\t\ttype ipv4_addr\n"],
  ["set", "affinity", "\t\ttype ipv4_addr\n\t\ttimeout 3h\n"],
  ["map", "affinity", "\t\ttype ipv4_addr : verdict\n"],
] as const;

const blocks = fc.array(
  fc
    .tuple(fc.constantFrom(...KINDS), fc.constantFrom(...HASHES), fc.constantFrom(...OWNERS))
    .map(([kind, hash, owner]) => ({
      kind: kind[0],
      name: `${kind[1]}-${hash}-${owner}`,
      lines: kind[2],
    })),
  { maxLength: 12 },
);
const textOf = (list: readonly { readonly kind: string; readonly name: string; readonly lines: string }[]) =>
  `table ip kube-proxy {\n${list.map(({ kind, name, lines }) => `\t${kind} ${name} {\n${lines}\t}\n`).join("\n")}}\n`;

test("chains and sets are found by name, by hash and by text as among the objects", () => {
  fc.assert(
    fc.property(blocks, (list) => {
      const { tables, diagnostics } = parseNftList(sourceFromText("node.txt", textOf(list)));
      const table = tables[0]!;
      const parts = partsOf(table)!;
      const chains = list.filter(({ kind }) => kind === "chain");
      const sets = list.filter(({ kind }) => kind !== "chain");
      const repeats = [chains, sets].flatMap((all) =>
        all.filter(({ name }, i) => all.findIndex((other) => other.name === name) < i),
      );
      expect(diagnostics.map(({ message }) => message).sort()).toEqual(
        repeats
          .map(({ kind, name }) => `this stands in the table before: ${kind === "map" ? "set" : kind} ${name}`)
          .sort(),
      );
      for (const [blocksOf, all] of [
        [parts.chains, chains],
        [parts.sets, sets],
      ] as const) {
        const names = all.map(({ name }) => name);
        expect(names.map((_, i) => blocksOf.nameAt(i))).toEqual(names);
        for (const name of HASHES.flatMap((hash) => OWNERS.map((owner) => `endpoint-${hash}-${owner}`)).concat(names))
          expect(blocksOf.placeOf(name) ?? -1).toBe(names.lastIndexOf(name));
        const find = blocksOf.finder();
        const sorted = all.toSorted((a, b) => hashInName(a.name, 0) - hashInName(b.name, 0));
        for (const { name, lines } of sorted) {
          const place = find(hashInName(name, 0), `${name} {\n${lines}\t}\n`);
          const isHashed = !blocksOf.others.includes(names.indexOf(name));
          expect(place).toBe(isHashed ? names.indexOf(name) : -1);
          expect(find(hashInName(name, 0), `${name} {\n${lines}\t\tmore\n`)).toBe(-1);
          expect(find(hashInName(name, 0), `${name}1 {\n`)).toBe(-1);
        }
      }
      expect(table.chains.map(({ name }) => name)).toEqual(chains.map(({ name }) => name));
      expect(table.sets.map(({ name, kind }) => [name, kind])).toEqual(sets.map(({ name, kind }) => [name, kind]));
    }),
    { numRuns: fuzzRuns(500) },
  );
});

test("only a name with a hash has one", () => {
  for (const hash of HASHES) expect(hashInName(`endpoint-${hash}-a`, 0) >= 0).toBe(hash !== "AAAAAA1A");
  for (const name of ["service-AAAAAAAA-a", "endpoint-AAAAAAAAa", "endpoint-AAAAAAA", "affinity"])
    expect(hashInName(name, 0)).toBe(-1);
  expect(hashInName("set affinity-AAAAAAAA-a", 4)).toBe(hashInName("affinity-AAAAAAAA-a", 0));
});
