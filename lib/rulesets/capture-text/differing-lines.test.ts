import { expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { differingLines, type TableLine } from "./differing-lines.js";

/** Lines with their tables, each counted. */
function counted(lines: readonly TableLine[], counts = new Map<string, number>(), by = 1): Map<string, number> {
  for (const { table, text } of lines) {
    const key = `${table} ${text}`;
    counts.set(key, (counts.get(key) ?? 0) + by);
  }
  return new Map([...counts].filter(([, count]) => count !== 0));
}

function linesOf(text: string): TableLine[] {
  let table = "";
  return text.split("\n").map((line) => {
    if (line.startsWith("*")) table = line.slice(1);
    return { table, text: line };
  });
}

const line = fc
  .tuple(fc.constantFrom("KUBE-A", "KUBE-B", "KUBE-C"), fc.nat({ max: 30 }))
  .map(([chain, n]) => `-A ${chain} -d 10.0.0.${n}/32 -j ${"X".repeat(n * 7)}`);
const table = fc.array(line, { maxLength: 120 });
const edits = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.array(line, { maxLength: 3 })), { maxLength: 6 });

const join = (filter: readonly string[], nat: readonly string[]) =>
  ["*filter", ...filter, "COMMIT", "*nat", ...nat, "COMMIT"].join("\n");

function edited(lines: readonly string[], changes: readonly (readonly [number, number, readonly string[]])[]) {
  const made = [...lines];
  for (const [at, gone, come] of changes) made.splice(at % (made.length + 1), gone, ...come);
  return made;
}

/** The capture with what was counted: "[0:0]" for 0, else other numbers for each line. */
function withCounters(capture: string, by: number): string {
  let i = 0;
  return capture.replaceAll(/^-A /gm, () => `[${by * i++}:${by * i * 100}] -A `);
}

test("what is gone and what has come make the one capture of the other, table by table", () => {
  fc.assert(
    fc.property(table, table, edits, edits, fc.boolean(), (filter, nat, ofFilter, ofNat, isCounted) => {
      const plain = [join(filter, nat), join(edited(filter, ofFilter), edited(nat, ofNat))] as const;
      const [a, b] = isCounted ? [withCounters(plain[0], 3), withCounters(plain[1], 7)] : plain;
      const [before, after] = isCounted ? [withCounters(plain[0], 0), withCounters(plain[1], 0)] : plain;
      const { gone, come } = differingLines(sourceFromText("a", a), sourceFromText("b", `${b}\n`))!;
      const made = counted(come, counted(gone, counted(linesOf(before)), -1));
      expect(made).toEqual(counted(linesOf(after)));
      expect(before === after).toBe(gone.length + come.length === 0);
    }),
    { numRuns: fuzzRuns(300) },
  );
});

test("captures that are longer than what is looked at have their few lines told", () => {
  const lines = Array.from(
    { length: 40_000 },
    (_, i) => `-A KUBE-SEP-${i} -m comment --comment "line number ${i}" -j X`,
  );
  const before = join(lines, lines);
  const after = join(lines.toSpliced(20_000, 1), lines.toSpliced(39_000, 0, "-A KUBE-NEW -j X"));
  expect(differingLines(sourceFromText("a", before), sourceFromText("b", after))).toEqual({
    gone: [{ table: "filter", text: lines[20_000] }],
    come: [{ table: "nat", text: "-A KUBE-NEW -j X" }],
  });
});

test("counters and times are no differences", () => {
  const save = (packets: number, hour: number) =>
    `# Completed on Fri Nov 27 ${hour}:00:00 2026\n*nat\n:INPUT ACCEPT [${packets}:9]\n[${packets}:1] -A KUBE-A -j X\nCOMMIT\n`;
  expect(differingLines(sourceFromText("a", save(1, 10)), sourceFromText("b", save(22, 11)))).toEqual({
    gone: [],
    come: [],
  });
});

test("nothing is told where tables differ, or a line has no end in sight", () => {
  const told = (a: string, b: string) => differingLines(sourceFromText("a", a), sourceFromText("b", b));
  expect(told("*nat\n-A A -j X\n", "*filter\n-A A -j X\n")).toBeUndefined();
  expect(told("x".repeat(2 << 20), "y".repeat(2 << 20))).toBeUndefined();
});

test("nothing is told of files that have gone or become shorter since they were opened", () => {
  const whole = sourceFromText("a", "*nat\n-A A -j X\nCOMMIT\n");
  const gone = { ...whole, readInto: () => 0 };
  const shorter = { ...whole, read: (start: number, end: number) => whole.read(start, Math.min(end, 5)) };
  expect(differingLines(gone, gone)).toBeUndefined();
  expect(differingLines(shorter, shorter)).toBeUndefined();
  expect(differingLines(whole, gone)).toBeUndefined();
});
