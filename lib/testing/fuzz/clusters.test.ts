/** What holds for every cluster, in all three modes. */
import { describe, expect, test } from "@jest/globals";
import { compile, diff, sourceFromText, type ArtifactName, type Source } from "../../index.js";
import { artifactLines, compileMode } from "../../pipeline/artifacts.js";
import { backendInput } from "../../pipeline/compile.js";
import { loadCluster } from "../../pipeline/load.js";
import { parseIptables } from "../../rulesets/iptables/parse.js";
import { printRuleSave } from "../../rulesets/iptables/print-save.js";
import { parseNftCommands } from "../../rulesets/nftables/parse-commands.js";
import { parseNftList } from "../../rulesets/nftables/parse-list.js";
import { nftLines } from "../../rulesets/nftables/print.js";
import { nftListing } from "../../rulesets/nftables/print-list.js";
import { settleSituation } from "../../pipeline/situation.js";
import { clusters, type Manifest } from "./clusters.js";
import { fc } from "./properties.js";
import { fuzzRuns } from "./runs.js";

const MODES = ["iptables", "ipvs", "nftables"] as const;
const FAMILIES = ["ipv4", "ipv6"] as const;
const mode = fc.constantFrom(...MODES);
const ipFamily = fc.constantFrom(...FAMILIES);
const kubeVersion = fc.constantFrom("1.31", "1.32", "1.33", "1.34", "1.35", "1.36");
const node = fc.constantFrom("node-1", "node-2", "node-3");
const options = fc.record({ mode, ipFamily, kubeVersion, node });
type Options = typeof options extends fc.Arbitrary<infer T> ? T : never;

const yamlOf = (manifests: readonly Manifest[]) => manifests.map((object) => JSON.stringify(object)).join("\n---\n");
const sourceOf = (manifests: readonly Manifest[]) => [sourceFromText("all.yaml", yamlOf(manifests))];

async function textOf(sources: readonly Source[], more: Parameters<typeof compile>[1]): Promise<string> {
  const { text, diagnostics } = await compile(sources, more);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return text!;
}

const ARTIFACTS: Readonly<Record<(typeof MODES)[number], readonly ArtifactName[]>> = {
  iptables: ["iptables"],
  ipvs: ["ipvsadm", "ipset", "iptables", "addresses"],
  nftables: ["nft"],
};

/** What tools would print on a node that holds exactly the compiled rules. */
async function capturesOf(manifests: readonly Manifest[], wishes: Options): Promise<Source[]> {
  const { cluster } = loadCluster(sourceOf(manifests));
  const { situation } = settleSituation(cluster, wishes);
  const compiled = await compileMode(backendInput(cluster, situation!));
  const file = (name: string, lines: Iterable<string>) => sourceFromText(name, [...lines, ""].join("\n"));
  if (compiled.mode === "nftables") return [file("nft.txt", nftListing(compiled.program))];
  const json = { head: {} as never, lineOf: () => undefined };
  const lines = (artifact: ArtifactName) =>
    artifactLines(compiled, artifact, artifact === "iptables" ? "save" : "restore", json);
  const wanted = ARTIFACTS[compiled.mode].filter((artifact) => artifact !== "addresses");
  return Promise.all(wanted.map(async (artifact) => file(`${artifact}.txt`, await lines(artifact))));
}

describe("for any cluster, mode, release, node and family", () => {
  test("the order of documents and how they are spread over files changes no byte", async () => {
    const property = fc.asyncProperty(
      clusters.chain((manifests) =>
        fc.tuple(
          fc.constant(manifests),
          fc.shuffledSubarray([...manifests], { minLength: manifests.length }),
          fc.integer({ min: 0, max: manifests.length }),
        ),
      ),
      options,
      async ([manifests, shuffled, at], wishes) => {
        const parts = [shuffled.slice(0, at), shuffled.slice(at)].filter((part) => part.length > 0);
        const split = parts.map((part, i) => sourceFromText(`${i}.yaml`, yamlOf(part).replaceAll("\n", "\r\n")));
        for (const artifact of ARTIFACTS[wishes.mode])
          expect(await textOf(split, { ...wishes, artifact })).toBe(
            await textOf(sourceOf(manifests), { ...wishes, artifact }),
          );
      },
    );
    await fc.assert(property, { numRuns: fuzzRuns(60) });
  });

  test("the rules are printed, read and printed again the same", async () => {
    const property = fc.asyncProperty(clusters, options, async (manifests, wishes) => {
      const { cluster } = loadCluster(sourceOf(manifests));
      const { situation } = settleSituation(cluster, wishes);
      const compiled = await compileMode(backendInput(cluster, situation!));
      if (compiled.mode === "nftables") {
        const listing = [...nftListing(compiled.program)].join("\n");
        const read = parseNftList(sourceFromText("node.txt", listing));
        expect(read.diagnostics).toEqual([]);
        expect(read.tables.flatMap((table) => [...nftListing(table)]).join("\n")).toBe(listing);
        const commands = [...nftLines(compiled.program)];
        const again = parseNftCommands(commands);
        expect(again.unread).toEqual([]);
        expect(again.tables.flatMap((table) => [...nftListing(table)]).join("\n")).toBe(listing);
        return;
      }
      const text = await textOf(sourceOf(manifests), { ...wishes, artifact: "iptables", format: "save" });
      const { rulesets, diagnostics } = parseIptables([sourceFromText("node.txt", text)]);
      expect(diagnostics).toEqual([]);
      const family = wishes.ipFamily === "ipv6" ? "IPv6" : "IPv4";
      const printed = rulesets.flatMap(({ tables }) =>
        tables.flatMap(({ rules }) => rules.map((rule) => printRuleSave(rule, family))),
      );
      const written = text.split("\n").filter((line) => line.startsWith("-A "));
      expect(printed.sort()).toEqual(written.sort());
    });
    await fc.assert(property, { numRuns: fuzzRuns(60) });
  });

  test("a node that holds what was compiled does not differ, and needs no patch", async () => {
    const property = fc.asyncProperty(clusters, options, async (manifests, wishes) => {
      const captures = await capturesOf(manifests, wishes);
      const { report, patch, diagnostics } = await diff(sourceOf(manifests), captures, wishes);
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(report?.changes).toEqual([]);
      expect([...patch()]).toEqual([]);
    });
    await fc.assert(property, { numRuns: fuzzRuns(60) });
  });

  test("a capture does not differ from itself, and two differ on the same services whichever is first", async () => {
    const property = fc.asyncProperty(
      clusters,
      clusters,
      options.filter((wishes) => wishes.mode !== "ipvs"),
      async (manifests, others, wishes) => {
        const [one, other] = [await capturesOf(manifests, wishes), await capturesOf(others, wishes)];
        expect((await diff([], one, { before: one })).report?.changes).toEqual([]);
        const servicesOf = async (before: Source[], after: Source[]) => {
          const { report } = await diff([], after, { before });
          return [...new Set(report!.changes.map(({ service }) => service))].sort();
        };
        expect(await servicesOf(one, other)).toEqual(await servicesOf(other, one));
      },
    );
    await fc.assert(property, { numRuns: fuzzRuns(40) });
  });
});

describe("for any bytes", () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ unit: "binary", maxLength: 200 }).map((text) => new TextEncoder().encode(text)),
  );
  const source = (name: string, bytes: Uint8Array): Source => ({
    name,
    size: bytes.length,
    read: (start, end) => bytes.subarray(start, end),
  });

  test("compiling gives a text, or an error and none", async () => {
    const property = fc.asyncProperty(noise, mode, async (bytes, asked) => {
      const { text, diagnostics } = await compile([source("noise.yaml", bytes)], { mode: asked });
      const failed = diagnostics.some(({ severity }) => severity === "error");
      expect(text === undefined).toBe(failed);
      for (const { message } of diagnostics) expect(message).not.toBe("");
    });
    await fc.assert(property, { numRuns: fuzzRuns(200) });
  });

  test("comparing them with a cluster reports every service as missing, or is an error", async () => {
    const manifests = fc.sample(clusters, { numRuns: 1, seed: 7 })[0]!;
    const property = fc.asyncProperty(noise, mode, async (bytes, asked) => {
      const result = await diff(sourceOf(manifests), [source("noise.txt", bytes)], { mode: asked, node: "node-1" });
      const failed = result.diagnostics.some(({ severity }) => severity === "error");
      expect(failed || result.report?.identical === false).toBe(true);
    });
    await fc.assert(property, { numRuns: fuzzRuns(100) });
  });
});
