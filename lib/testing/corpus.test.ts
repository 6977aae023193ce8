/**
 * Manifests in the shape of well-known applications (scripts/make-corpus.mjs) are compiled, and looked at by doctor.
 * fixtures/corpus/expected.json holds what is to be said of each: the services that get rules, how many endpoints each
 * has, and every warning, error and finding. Each of these was looked at, so that none is a false alarm.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { sweep } from "./fuzz/runs.js";
import { ROOT, runCli } from "./run-cli.js";

interface Outcome {
  /** "NAMESPACE/NAME" of every service that rules are made of, and how many endpoints it has, of each port. */
  readonly services: Readonly<Record<string, number>>;
  /** "severity code" of what is said on stderr, notes left out. */
  readonly diagnostics: readonly string[];
  /** "severity check object" of doctor's findings. */
  readonly findings: readonly string[];
}

interface Told {
  readonly severity: string;
  readonly code: string;
}

const CORPUS = join(ROOT, "fixtures/corpus");
const expected = JSON.parse(readFileSync(join(CORPUS, "expected.json"), "utf8")) as Readonly<Record<string, Outcome>>;

async function outcomeOf(file: string): Promise<Outcome> {
  const input = join("fixtures/corpus/manifests", file);
  const runs = [
    await runCli(["compile", input, "-o", "json", "--diagnostics", "json"]),
    await runCli(["endpoints", input, "-o", "json", "--diagnostics", "json"]),
    await runCli(["doctor", input, "-o", "json", "--exit-zero", "--diagnostics", "json"]),
  ] as const;
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
  const [compiled, endpoints, doctor] = runs;
  const names = new Set([...compiled.out.matchAll(/"service":"([^"]+)"/g)].map((match) => match[1]!));
  const rows = JSON.parse(endpoints.out) as readonly { readonly service: string }[];
  const { findings } = JSON.parse(doctor.out) as {
    readonly findings: readonly { readonly severity: string; readonly id: string; readonly object: string }[];
  };
  return {
    services: Object.fromEntries(
      [...names].sort().map((name) => [name, rows.filter(({ service }) => service === name).length]),
    ),
    diagnostics: [...new Set(runs.flatMap(({ err }) => toldIn(err)))].sort(),
    findings: findings.map(({ severity, id, object }) => `${severity} ${id} ${object}`).sort(),
  };
}

function toldIn(err: string): string[] {
  // Every flush prints one list.
  const lists = err.split(/(?<=^\])\n(?=\[$)/m).filter((text) => text.trim() !== "");
  const told = lists.flatMap((text) => JSON.parse(text) as readonly Told[]);
  return told.filter(({ severity }) => severity !== "note").map(({ severity, code }) => `${severity} ${code}`);
}

describe("the corpus", () => {
  test("holds at least 40 files, each with what is expected of it", () => {
    const files = readdirSync(join(CORPUS, "manifests")).sort();
    expect(files.length).toBeGreaterThanOrEqual(40);
    expect(Object.keys(expected).sort()).toEqual(files);
  });

  test("holds no finding above a notice, and no warning of the input", () => {
    for (const { diagnostics, findings } of Object.values(expected)) {
      expect(diagnostics).toEqual([]);
      expect(findings.filter((finding) => !finding.startsWith("info "))).toEqual([]);
    }
  });

  test.each(sweep(Object.entries(expected), 10))("%s is answered as expected", async (file, outcome) => {
    expect(await outcomeOf(file)).toEqual(outcome);
  });
});
