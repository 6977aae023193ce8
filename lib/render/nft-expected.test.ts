/** Endpoint chains and sets that are told without objects are those of the objects, and are compared alike. */
import { describe, expect, test } from "@jest/globals";
import { compileNftables, type NftProgram } from "../backends/nftables/index.js";
import { minorsOf } from "../config/kube-version.js";
import { diffNftables } from "../diff/nftables/index.js";
import { readObjectName } from "../diff/nftables/paths.js";
import { backendInput } from "../pipeline/compile.js";
import { loadCluster } from "../pipeline/load.js";
import { settleSituation } from "../pipeline/situation.js";
import { hashInName } from "../rulesets/nftables/hashed-name.js";
import { parseNftList } from "../rulesets/nftables/parse-list.js";
import { listRules, nftListing } from "../rulesets/nftables/print-list.js";
import { sourceFromText } from "../source/source.js";
import { clusters, type Manifest } from "../testing/fuzz/clusters.js";
import { randomFrom, type Random } from "../testing/fuzz/mutate.js";
import { fc } from "../testing/fuzz/properties.js";
import { fuzzRuns } from "../testing/fuzz/runs.js";
import { recordedCases } from "../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../testing/recorded-cluster.js";
import { expectedNftTable } from "./nft-expected.js";

describe("what is told of endpoints is what their objects say", () => {
  test.each(recordedCases())("for $name, every release and family", (recorded) => {
    const cluster = recordedCluster(recorded.name);
    for (const minor of minorsOf("nftables")) {
      const input = backendInput(cluster, recordedSituation(recorded, cluster, "nftables", minor));
      for (const family of ["IPv4", "IPv6"] as const) expectSame(compileNftables({ ...input, family }));
    }
  });
});

function expectSame(program: NftProgram): void {
  const { alike } = expectedNftTable(program);
  const { others, before, length } = alike!;
  const places = Array.from({ length }, (_, n) => n);
  const chains = places.map((n) => alike!.chainAt(n));
  const sets = places.filter((n) => alike!.setLikeAt(n)).map((n) => alike!.setAt(n));
  expect([...others.chains.slice(0, before), ...chains, ...others.chains.slice(before)]).toEqual(program.chains);
  expect([...sets, ...others.sets]).toEqual(program.sets);
  expect(others.sets.filter(({ name }) => name.startsWith(alike!.setPrefix))).toEqual([]);
  for (const { name } of others.chains) {
    const path = readObjectName(name)?.path;
    if (path !== undefined) expect(alike!.chainsOf(path).map((chain) => chain.name)).toContain(name);
  }
  for (const path of new Set(chains.map(({ name }) => readObjectName(name)!.path)))
    expect([...alike!.placesOf(new Set([path]))]).toEqual(
      places.filter((n) => readObjectName(chains[n]!.name)!.path === path),
    );
  expect(alike!.chainsOf("no/such/tcp/port")).toEqual([]);
  expect([...alike!.placesOf(new Set(["no/such/tcp/port"]))]).toEqual([]);
  for (const n of places) {
    const { name } = chains[n]!;
    expect(alike!.rankAt(n)).toBe(hashInName(name, 0));
    expect(alike!.rankAt(n)).toBeGreaterThanOrEqual(n === 0 ? 0 : alike!.rankAt(n - 1));
    const isOfFamily = program.byEndpoint.endpoints.ips[n]!.includes(":") === (program.family === "ip6");
    const block = `${name} {\n${listRules(program.rulesOfChain!(chains[n]!))}\t}\n`;
    expect(alike!.blockAt(n)).toBe(isOfFamily ? block : undefined);
    const like = alike!.setLikeAt(n);
    if (!like) continue;
    const { name: _, origin: __, ...wanted } = alike!.setAt(n);
    expect(like).toMatchObject(wanted);
    expect(alike!.setNameAt(n)).toBe(alike!.setAt(n).name);
  }
}

/** Every second Service of a cluster has affinity. */
function withAffinity(manifests: readonly Manifest[]): Manifest[] {
  return manifests.map((object, i) =>
    object["kind"] === "Service" && i % 2 === 0
      ? { ...object, spec: { ...(object["spec"] as object), sessionAffinity: "ClientIP" } }
      : object,
  );
}

/** As nft -a shows it. */
const withHandle = (line: string, i: number) =>
  /^\t\t(?!type|flags|timeout|size|elements|comment|\t)/.test(line) ? `${line} # handle ${i}` : line;

/** The blocks of a table in another order. */
function shuffled(lines: readonly string[], random: Random): string[] {
  const blocks = lines
    .slice(1, -1)
    .join("\n")
    .split(/(?<=\n\t\})\n\n?/);
  for (let i = blocks.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [blocks[i], blocks[j]] = [blocks[j]!, blocks[i]!];
  }
  return [lines[0]!, ...blocks.flatMap((block) => [...block.split("\n"), ""]), lines.at(-1)!];
}

/** One word of the text left out, doubled, or in the place of another. */
function withOneWordChanged(text: string, random: Random): string {
  const words = text.split(/(\s+)/);
  const at = random(words.length);
  const other = words[random(words.length)]!;
  words.splice(at, 1, ...[[], [words[at]!, " ", words[at]!], [other], ["10.1.2.3"]][random(4)]!);
  return words.join("");
}

/** A block twice, without one of its lines or under the name of another. */
function withOneBlockChanged(text: string, random: Random): string {
  const blocks = text.split(/(?<=\n\t\}\n)/);
  const at = random(blocks.length);
  const lines = blocks[at]!.split("\n");
  const without = lines.filter((_, i) => i !== 1 + random(lines.length)).join("\n");
  const header = /^\t\w+ \S+ \{/m;
  const name = header.exec(blocks[random(blocks.length)]!)?.[0] ?? "";
  const changed = [blocks[at]! + blocks[at]!, without, blocks[at]!.replace(header, () => name), ""][random(4)]!;
  return blocks.with(at, changed).join("");
}

/** A tab behind each line means nothing, and no line is read the quick way then. */
const slowly = (text: string) => text.replaceAll("\n", "\t\n");

function diffOf(expected: Parameters<typeof diffNftables>[0], text: string) {
  const { changes, diagnostics, assumptions, comparison, uncovered } = diffNftables(expected, [
    parseNftList(sourceFromText("node.txt", text)),
  ]);
  const { gaps } = uncovered;
  const differing = comparison && {
    chains: comparison.chains.map(({ name, base, expected: wanted, actual: held }) => [
      name,
      base,
      wanted?.texts,
      held?.texts,
    ]),
    sets: comparison.sets.map(({ name, declaration, elements }) => [name, declaration, elements.map(({ key }) => key)]),
  };
  return { changes, diagnostics, assumptions, differing, gaps: gaps.map(({ message }) => message) };
}

test("a word that is wrong anywhere in a listing is told alike by the quick ways and by the slow ones", async () => {
  const property = fc.property(
    clusters,
    fc.constantFrom("1.31", "1.33", "1.36"),
    fc.constantFrom("ipv4", "ipv6"),
    fc.nat(),
    (manifests, kubeVersion, ipFamily, seed) => {
      const random = randomFrom(seed);
      const yaml = withAffinity(manifests)
        .map((object) => JSON.stringify(object))
        .join("\n---\n");
      const { cluster } = loadCluster([sourceFromText("all.yaml", yaml)]);
      const { situation } = settleSituation(cluster, { mode: "nftables", kubeVersion, ipFamily, node: "node-1" });
      const program = compileNftables(backendInput(cluster, situation!));
      const plain = [...nftListing(program)];
      const listed = [plain, plain.map(withHandle), shuffled(plain, random)][random(3)]!.join("\n") + "\n";
      expect(diffOf(expectedNftTable(program), listed)).toMatchObject({
        changes: [],
        differing: { chains: [], sets: [] },
      });
      for (let i = 0; i < 14; i++) {
        const text = (i < 10 ? withOneWordChanged : withOneBlockChanged)(listed, random);
        expect(diffOf(expectedNftTable(program), text)).toEqual(diffOf(program, slowly(text)));
      }
    },
  );
  fc.assert(property, { numRuns: fuzzRuns(100) });
});
