import { describe, expect, test } from "@jest/globals";
import { sourceFromBytes, sourceFromText } from "../source/source.js";
import { compareGolden, goldenFileLines } from "./compare-golden.js";
import { isGoldenStart, type GoldenHeader } from "./golden-header.js";
import { goldenNotes } from "./golden-notes.js";
import { inputsDigest } from "./inputs-digest.js";
import { sourceLines } from "./source-lines.js";
import { fc } from "../testing/fuzz/properties.js";

const HEADER: GoldenHeader = {
  node: "worker-1",
  mode: "nftables",
  release: "1.34",
  family: "ipv4",
  tool: "svcrules 1.0.0",
  inputs: "sha256:1",
};
const FORMS = ["text", "json"] as const;
const BODY = ["{ first", "second", "# tool: not a header", ""];

describe.each(FORMS)("a golden file as %s", (form) => {
  const written = (header: GoldenHeader, body: readonly string[]) => [...goldenFileLines(header, body, form)];

  test("equals what it was written from, whatever lines that has", () => {
    const body = fc.array(
      fc.constantFrom(...BODY, "# node: x", "{", "# svcrules golden file: written by svcrules, not by hand"),
    );
    fc.assert(
      fc.property(body, (lines) => {
        expect(compareGolden(written(HEADER, lines), lines, HEADER, form).kind).toBe("same");
      }),
    );
  });

  test("is the same after an upgrade of svcrules and a change of inputs that no rule shows", () => {
    const file = written({ ...HEADER, tool: "svcrules 0.9.0", inputs: "sha256:2" }, BODY);
    expect(compareGolden(file, BODY, HEADER, form)).toEqual({ kind: "same" });
  });

  test("that says it is for another node or release is told by its header", () => {
    const file = written({ ...HEADER, node: "worker-2", release: "1.33" }, BODY);
    expect(compareGolden(file, BODY, HEADER, form)).toMatchObject({ kind: "header", fields: ["node", "release"] });
  });

  test("without a header is compared by its rules", () => {
    expect(compareGolden(BODY, BODY, HEADER, form)).toEqual({ kind: "same" });
    expect(compareGolden(BODY.slice(0, 2), BODY, HEADER, form)).toMatchObject({
      kind: "differs",
      header: undefined,
      same: 2,
    });
  });

  test("keeps all lines of both sides when they differ", () => {
    const changed = BODY.with(1, "other");
    const found = compareGolden(written(HEADER, BODY), changed, HEADER, form);
    expect(found).toMatchObject({ kind: "differs", same: 1, headerLength: form === "json" ? 1 : 7 });
    if (found.kind === "differs")
      expect([found.golden.slice(1), found.compiled.slice(1)]).toEqual([BODY.slice(1), changed.slice(1)]);
  });

  test("is known by its first line", () => {
    expect(isGoldenStart(written(HEADER, BODY)[0]!)).toBe(true);
    expect(isGoldenStart(BODY[0]!)).toBe(false);
  });
});

describe("sourceLines", () => {
  test("are the same with LF and CRLF, with and without a last line end", () => {
    for (const text of ["a\nü\n\nb\n", "a\r\nü\r\n\r\nb\r\n", "a\nü\n\nb"])
      expect([...sourceLines(sourceFromText("x", text))]).toEqual(["a", "ü", "", "b"]);
    expect([...sourceLines(sourceFromText("x", ""))]).toEqual([]);
  });

  test("that are longer than a piece that is read, cut inside a character, are whole", () => {
    const line = "ü".repeat(3 << 20);
    expect([...sourceLines(sourceFromText("x", `${line}\n${line}\nz`))]).toEqual([line, line, "z"]);
  });

  test("that are not UTF-8 do not stop the comparison", () => {
    expect([...sourceLines(sourceFromBytes("x", new Uint8Array([97, 255, 10, 98])))]).toEqual(["a\ufffd", "b"]);
  });
});

describe("inputsDigest", () => {
  const digest = (...texts: [string, string][]) =>
    inputsDigest(
      texts.map(([name, text]) => sourceFromText(name, text)),
      ({ name }) => name,
    );

  test("tells contents and names apart, and neither order nor line ends", () => {
    expect(digest(["a", "x\n"], ["b", "y"])).toBe(digest(["b", "y"], ["a", "x\r\n"]));
    const all = [
      digest(["a", "x"], ["b", "y"]),
      digest(["a", "y"], ["b", "x"]),
      digest(["a", "xy"]),
      digest(["c", "x"], ["b", "y"]),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(all[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});

describe("goldenNotes", () => {
  test.each([
    [{ tool: "svcrules 1.0.0", inputs: "sha256:2" }, []],
    [{ tool: "svcrules 0.9.0", inputs: "sha256:2" }, ["it was written by svcrules 0.9.0, this is svcrules 1.0.0"]],
    [
      { tool: "svcrules 1.0.0", inputs: "sha256:1" },
      ["the inputs are the same as then: the golden file or the configuration was changed"],
    ],
    [
      { tool: "svcrules 0.9.0", inputs: "sha256:1" },
      [
        "it was written by svcrules 0.9.0, this is svcrules 1.0.0",
        "the inputs are the same as then, so the program or the configuration makes the difference",
      ],
    ],
  ])("of %j", (found, notes) => {
    expect(goldenNotes(found, HEADER)).toEqual(notes);
  });
});
