/** Whatever the bytes, reading ends with objects and diagnostics that can be printed. FUZZ_RUNS sets how many are tried. */
import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { createCollector } from "../cluster/collect.js";
import { diagnosticsJson } from "../diagnostics/json.js";
import { orderDiagnostics } from "../diagnostics/order.js";
import { printDiagnostic } from "../diagnostics/print.js";
import { sourceFromBytes, type Source } from "../source/source.js";
import { fc } from "../testing/fuzz/properties.js";
import { fuzzRuns } from "../testing/fuzz/runs.js";
import { locateDiagnostics, readSource } from "./index.js";

const numRuns = fuzzRuns(500);
const LONGEST_MILLISECONDS = 5000;

function readAndPrint(source: Source) {
  const started = performance.now();
  const collector = createCollector();
  readSource(source, collector);
  const { cluster, diagnostics } = collector.finish();
  const located = orderDiagnostics(locateDiagnostics(diagnostics));
  for (const diagnostic of located) {
    expect(printDiagnostic(diagnostic)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  }
  JSON.parse(diagnosticsJson(located));
  expect(performance.now() - started).toBeLessThan(LONGEST_MILLISECONDS);
  return { cluster, diagnostics };
}

const FILES = [
  "fixtures/guestbook/dump.yaml",
  "fixtures/guestbook/manifests/redis.yaml",
  "fixtures/dual-stack/cluster.yaml",
  "fixtures/layouts/compact.json",
  "fixtures/layouts/kyaml.yaml",
  "fixtures/layouts/watch.json",
  "fixtures/layouts/cluster-info-dump.json",
  "fixtures/layouts/cluster-info-dump.yaml",
].map((file) => readFileSync(file));

/** Pieces that mean something to the readers. */
const PIECES = [
  "\n",
  "---\n",
  "{",
  "}",
  "[",
  "]",
  ":",
  ": ",
  "- ",
  '"',
  "'",
  "&a ",
  "*a",
  "<<: *a\n",
  "|\n",
  "\t",
  "\r\n",
  "\0",
  "\u001b[2J",
  "!!int ",
  "#",
  "items:\n",
  "kind: List\n",
  "null",
  "~",
  "==== START logs for container a of pod b/c ====\n",
  "...\n",
  "\ufeff",
  "\ud83d\ude00",
  "1e999",
  "__proto__: ",
  "  ",
].map((text) => Buffer.from(text));

/** Between small and large sizes, a window of the file so that runs stay fast. */
const excerpt = fc
  .tuple(fc.constantFrom(...FILES), fc.nat(), fc.integer({ min: 1, max: 6000 }))
  .map(([file, at, length]) => {
    const start = at % Math.max(1, file.length - length);
    return at % 2 === 0 ? file.subarray(0, length) : file.subarray(start, start + length);
  });

const edit = fc.oneof(
  fc.record({ kind: fc.constant("insert" as const), at: fc.nat(), piece: fc.constantFrom(...PIECES) }),
  fc.record({ kind: fc.constant("remove" as const), at: fc.nat(), count: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant("byte" as const), at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ kind: fc.constant("repeat" as const), at: fc.nat(), count: fc.integer({ min: 1, max: 200 }) }),
);

function mutate(bytes: Uint8Array, edits: readonly (typeof edit extends fc.Arbitrary<infer T> ? T : never)[]): Buffer {
  let out = Buffer.from(bytes);
  for (const e of edits) {
    const at = e.at % (out.length + 1);
    const [head, tail] = [out.subarray(0, at), out.subarray(at)];
    if (e.kind === "insert") out = Buffer.concat([head, e.piece, tail]);
    else if (e.kind === "remove") out = Buffer.concat([head, tail.subarray(e.count)]);
    else if (e.kind === "byte") out = Buffer.concat([head, Buffer.from([e.byte]), tail.subarray(1)]);
    else out = Buffer.concat([head, tail.subarray(0, e.count), tail]);
  }
  return out;
}

describe("reading ends well", () => {
  test("on random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readAndPrint(sourceFromBytes("random", bytes))),
      { numRuns },
    );
  });

  test("on any mixture of what means something to a reader", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }),
        (pieces) => void readAndPrint(sourceFromBytes("mixed", Buffer.concat(pieces))),
      ),
      { numRuns },
    );
  });

  test("on files cut off anywhere", () => {
    fc.assert(
      fc.property(fc.constantFrom(...FILES), fc.nat(), (file, at) => {
        const end = at % file.length;
        readAndPrint(sourceFromBytes("cut", file.subarray(0, Math.min(end, 20_000))));
      }),
      { numRuns: Math.ceil(numRuns / 5) },
    );
  });

  test("on manifests changed at random places", () => {
    fc.assert(
      fc.property(excerpt, fc.array(edit, { minLength: 1, maxLength: 6 }), (bytes, edits) => {
        readAndPrint(sourceFromBytes("mutated.yaml", mutate(bytes, edits)));
      }),
      { numRuns },
    );
  });
});

test("a JSON list cut off anywhere inside is an error", () => {
  const file = FILES[3]!;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: file.length - 1 }), (end) => {
      const { diagnostics } = readAndPrint(sourceFromBytes("cut.json", file.subarray(0, end)));
      expect(diagnostics.map(({ code }) => code)).toContain("invalid-json");
    }),
    { numRuns: Math.ceil(numRuns / 5) },
  );
});
