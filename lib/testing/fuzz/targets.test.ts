/** Readers on recorded texts that were changed, on inputs once got wrong, and the search that is led by coverage. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readRecordedText, recordedCases } from "../recorded-cases.js";
import { ROOT } from "../run-cli.js";
import { fuzzGuided } from "./coverage-guided.js";
import { mutate, randomFrom } from "./mutate.js";
import { fuzzRuns, fuzzSeed } from "./runs.js";
import { seedTexts } from "./seed-texts.js";
import { TARGETS } from "./targets.js";

const LONGEST_MILLISECONDS = 5000;
const bytesOf = (text: string) => new TextEncoder().encode(text);

describe.each(Object.entries(TARGETS))("%s", (name, target) => {
  const seeds = seedTexts(name, ROOT).map(bytesOf);

  test("holds for the texts as they are", () => {
    expect(seeds.length).toBeGreaterThan(0);
    for (const seed of seeds) target(seed);
  });

  test("holds for changed texts", () => {
    const random = randomFrom(fuzzSeed(20261121));
    for (let run = 0; run < fuzzRuns(150); run++) {
      const bytes = mutate(seeds[random(seeds.length)]!, seeds[random(seeds.length)]!, random);
      const started = performance.now();
      try {
        target(bytes);
      } catch (error) {
        throw new Error(`run ${run}: ${JSON.stringify(new TextDecoder().decode(bytes))}`, { cause: error });
      }
      expect(performance.now() - started).toBeLessThan(LONGEST_MILLISECONDS);
    }
  });

  const folder = join(ROOT, "fixtures/regressions", name);
  for (const file of existsSync(folder) ? readdirSync(folder).sort() : [])
    test(`holds for fixtures/regressions/${name}/${file}`, () => target(readFileSync(join(folder, file))));
});

test("every folder of fixtures/regressions belongs to a reader", () => {
  const folders = readdirSync(join(ROOT, "fixtures/regressions"), { withFileTypes: true }).filter((e) =>
    e.isDirectory(),
  );
  expect(folders.map(({ name }) => name).filter((name) => !TARGETS[name])).toEqual([]);
});

describe("the search that is led by coverage", () => {
  /** Three conditions one inside the other; blind mutation of "start" all but never meets all of them. */
  const makeTarget = () => {
    let seen: string[] = [];
    return {
      target: (bytes: Uint8Array) => {
        const text = new TextDecoder().decode(bytes);
        seen.push("entered");
        if (!text.includes("!")) return;
        seen.push("first");
        if (!text.includes("{")) return;
        seen.push("second");
        if (!text.includes("65536")) return;
        throw new Error("reached");
      },
      coverage: () => {
        const places = seen;
        seen = [];
        return places;
      },
    };
  };
  const search = (seed: number) =>
    fuzzGuided({
      ...makeTarget(),
      seeds: [bytesOf("start here")],
      random: randomFrom(seed),
      goOn: (runs) => runs < 3000,
    });

  test("finds what stands behind nested conditions, keeps what led there, and is the same for the same seed", () => {
    const result = search(1);
    expect(result.found.map(({ message }) => message.split("\n")[0])).toEqual(["Error: reached"]);
    expect(result.corpus.length).toBe(3);
    expect(result.places).toBe(3);
    expect(search(1).found[0]!.bytes).toEqual(result.found[0]!.bytes);
  });

  test("keeps the shortest input of each fault", () => {
    const { found } = fuzzGuided({
      target: (bytes) => {
        if (bytes.length > 3) throw new Error("too long");
      },
      coverage: () => [],
      seeds: [bytesOf("abcdefgh")],
      random: randomFrom(2),
      goOn: (runs) => runs < 2000,
    });
    expect(found).toHaveLength(1);
    expect(found[0]!.bytes.length).toBeLessThan(8);
  });
});

test("recorded texts are there for both parsers", () => {
  expect(recordedCases().some(({ name }) => readRecordedText(name, "nftables", "nft", 36))).toBe(true);
});
