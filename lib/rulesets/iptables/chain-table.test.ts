import { describe, expect, test } from "@jest/globals";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { namesWith } from "./capture.js";
import { ChainTable, hashOf, roomOfFile } from "./chain-table.js";

const declareAll = (table: ChainTable, text: string) => {
  for (let at = 0; at < text.length; at = text.indexOf("\n", at) + 1) table.declareAt(text, at, text.indexOf("\n", at));
};

/** Names whose hashes are the same in the bits that a table of a few hundred chains looks at. */
function crowdedNames(count: number): string[] {
  const names: string[] = [];
  for (let i = 0; names.length < count; i++) {
    const name = `C${i}`;
    if ((hashOf(name, 0, name.length) & 0x3ff) === 0) names.push(name);
  }
  return names;
}

describe("chains of a captured table", () => {
  test("are found by name and hold the lines added to them", () => {
    const text = "A\nB\n-A B one\n-A B two\n-A A three\n-A B four\n";
    const table = new ChainTable();
    declareAll(table, "A\nB\n");
    const add = (chain: number, line: string, number: number) => {
      const at = text.indexOf(line);
      table.addFrom(chain, text, at, at + line.length, number);
    };
    add(1, "-A B one", 3);
    add(1, "-A B two", 4);
    expect(table.placeHolding("B", "-A B one\n-A B two")).toBe(1);
    expect(table.placeHolding("B", "-A B one\n-A B tw0")).toBe(-1);
    expect(table.placeHolding("A", "")).toBe(-1);
    add(0, "-A A three", 5);
    add(1, "-A B four", 6);
    // Its lines do not stand together any more.
    expect(table.placeHolding("B", "-A B one\n-A B two")).toBe(-1);
    expect(table.get("B")).toMatchObject({ texts: ["-A B one", "-A B two", "-A B four"], lines: [3, 4, 6], size: 3 });
    expect(table.get("B")).toBe(table.get("B"));
    expect(table.get("C")).toBeUndefined();
  });

  test("that are asked for as objects are still found, by other means", () => {
    const text = "-A A one\n";
    const table = new ChainTable();
    declareAll(table, "A\n");
    table.addFrom(0, text, 0, 8, 2);
    expect(table.get("A")).toMatchObject({ index: 0, block: { text, start: 0, end: 8 }, texts: ["-A A one"] });
    expect(table.placeHolding("A", "-A A one")).toBe(-1);
    expect([...table.keys()]).toEqual(["A"]);
  });

  test("declared twice are empty again, at the place of the first", () => {
    const table = new ChainTable();
    declareAll(table, "A\nB\n");
    table.addFrom(0, "-A A one\n", 0, 8, 1);
    expect(table.declareAt("A\n", 0, 1)).toBe(false);
    expect(table.declare("A", undefined, undefined)).toBe(0);
    expect(table.get("A")).toMatchObject({ index: -1, size: 0, texts: [] });
    expect([...table.keys()]).toEqual(["A", "B"]);
  });

  test("whose names fall into one place are all found", () => {
    const names = crowdedNames(60);
    const table = new ChainTable();
    declareAll(table, names.join("\n") + "\n");
    names.forEach((name, i) => expect(table.placeOf(name)).toBe(i));
    expect(table.has(crowdedNames(61)[60]!)).toBe(false);
    table.dropLast();
    expect(table.has(names[59]!)).toBe(false);
    names.slice(0, 59).forEach((name, i) => expect(table.placeOf(name)).toBe(i));
    const declared = new ChainTable();
    for (const name of names) declared.declare(name, undefined, undefined);
    names.forEach((name, i) => expect(declared.placeOf(name)).toBe(i));
  });

  test("of a large file share its room, and each table has its own", () => {
    expect(roomOfFile(1024 * 1024)).toBeUndefined();
    const length = 20_000 * 1024;
    const room = roomOfFile(length);
    const names = Array.from({ length: 20_000 }, (_, i) => `KUBE-SEP-${i}`);
    const tables = [room, room, undefined].map((own, t) => {
      const table = new ChainTable(length, own);
      for (const [i, name] of names.entries()) if (i % (t + 2) > 0) table.declareAt(name, 0, name.length);
      table.dropLast();
      return table;
    });
    for (const [t, table] of tables.entries()) {
      const expected = names.filter((_, i) => i % (t + 2) > 0).slice(0, -1);
      expect([...table.keys()]).toEqual(expected);
      expect(expected.every((name, place) => table.placeOf(name) === place)).toBe(true);
      expect(table.has(names[0]!)).toBe(false);
      expect(table.has(names.at(-1)!)).toBe(false);
    }
  });

  test("are those of a plain map, whatever is declared, added and dropped", () => {
    const step = fc.record({ what: fc.constantFrom("declareAt", "declare", "add", "add", "drop"), n: fc.nat(40) });
    const crowded = crowdedNames(41);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 160 }), (steps) => {
        const table = new ChainTable();
        const model = new Map<string, string[]>();
        for (const [i, { what, n }] of steps.entries()) {
          const name = n % 2 === 0 ? crowded[n]! : `KUBE-${n % 7 === 0 ? "SVC" : "SEP"}-${n}`;
          const line = `-A ${name} ${i}\n`;
          if (what === "declareAt") {
            expect(table.declareAt(`:${name} - [0:0]`, 1, name.length + 1)).toBe(!model.has(name));
            if (!model.has(name)) model.set(name, []);
          } else if (what === "declare") {
            table.declare(name, undefined, undefined);
            model.set(name, []);
          } else if (what === "add" && model.has(name)) {
            table.addFrom(table.placeOf(name), line, 0, line.length - 1, i);
            model.get(name)!.push(line.slice(0, -1));
          } else if (what === "drop" && model.size > 0) {
            table.dropLast();
            model.delete([...model.keys()].at(-1)!);
          }
          expect(table.has(name)).toBe(model.has(name));
        }
        const whole = (texts: readonly string[]) => texts.join("\n");
        for (const [place, [name, texts]] of [...model].entries()) {
          const found = table.placeHolding(name, whole(texts));
          expect([place, -1]).toContain(found);
          if (texts.length === 1 && found < 0) expect(table.get(name)!.texts).toEqual(texts);
          expect(table.placeHolding(name, whole([...texts, "-A x"]))).toBe(-1);
        }
        expect([...namesWith(table, "KUBE-SEP-")]).toEqual([...namesWith(model, "KUBE-SEP-")]);
        expect([...table].map(([name, { texts }]) => [name, texts])).toEqual([...model]);
        expect(table.size).toBe(model.size);
      }),
      { numRuns: fuzzRuns(200) },
    );
  });
});
