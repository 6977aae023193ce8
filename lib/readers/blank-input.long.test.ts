/** Work and memory that long stretches of nothing and many errors take, counted in bytes read: twice as much takes twice as much. */
import { describe, expect, test } from "@jest/globals";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { printDiagnostic } from "../diagnostics/print.js";
import { sourceFromBytes, type Source } from "../source/source.js";
import { locateDiagnostics } from "./locate-diagnostics.js";
import { readSource } from "./read-source.js";

const SERVICE = "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  ports: [{port: 80}]\n";
const MB = 1 << 20;

/** A source that counts what is read of it. */
function watched(text: string): { readonly source: Source; readonly counts: { total: number; longest: number } } {
  const inner = sourceFromBytes("a", Buffer.from(text));
  const counts = { total: 0, longest: 0 };
  const note = (bytes: number) => {
    counts.total += bytes;
    counts.longest = Math.max(counts.longest, bytes);
  };
  const source: Source = {
    ...inner,
    read: (start, end) => {
      const bytes = inner.read(start, end);
      note(bytes.length);
      return bytes;
    },
  };
  return { source, counts };
}

function read(text: string) {
  const { source, counts } = watched(text);
  const diagnostics: Diagnostic[] = [];
  const names: string[] = [];
  readSource(source, {
    object: ({ metadata }) => void names.push(metadata.name),
    diagnostic: (diagnostic) => void diagnostics.push(diagnostic),
  });
  return { source, counts, names, diagnostics };
}

describe("a long stretch of nothing", () => {
  const ways: readonly (readonly [string, (bytes: number) => string])[] = [
    ["blanks in one line", (n) => `${" ".repeat(n)}\n${SERVICE}`],
    ["empty lines", (n) => "\n".repeat(n) + SERVICE],
    ["lines of blanks", (n) => "  \r\n".repeat(n / 4) + SERVICE],
    ["comments", (n) => "# none\n".repeat(n / 7) + SERVICE],
    ["one long comment", (n) => `#${"x".repeat(n)}\n${SERVICE}`],
    ["comments after a document", (n) => `${SERVICE}---\n${"# none\n".repeat(n / 7)}---\n${SERVICE}`],
    ["blanks after a document", (n) => `${SERVICE}---\n${" ".repeat(n)}\n---\n${SERVICE}`],
    ["a marker with a long comment", (n) => `--- #${"x".repeat(n)}\n${SERVICE}`],
    [
      "blanks before JSON",
      (n) => `${" ".repeat(n)}{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{}}`,
    ],
  ];

  test.each(ways)("(%s) is read once, in pieces, and none of it is kept", (_way, make) => {
    const [small, large] = [read(make(6 * MB)), read(make(12 * MB))];
    for (const { names, diagnostics } of [small, large]) {
      expect(diagnostics).toEqual([]);
      expect(new Set(names)).toEqual(new Set(["a"]));
    }
    expect(large.counts.total).toBeLessThan(2.3 * small.counts.total);
    expect(large.counts.total).toBeLessThan(2.5 * 12 * MB);
    expect(large.counts.longest).toBeLessThan(5 * MB);
  });
});

describe("many errors in one source", () => {
  const ways: readonly (readonly [string, (count: number) => string])[] = [
    ["YAML documents", (n) => "---\nkind: [\n".repeat(n)],
    ["items of a YAML list", (n) => `kind: List\nitems:\n${`- kind: [\n# ${"x".repeat(60)}\n`.repeat(n)}`],
    ["keys of one mapping", (n) => `${SERVICE}  selector:\n${"    a: b\n".repeat(n)}`],
    ["items of JSON in one line", (n) => `{"kind":"List","items":[${'{"kind":"Service","kind":1},'.repeat(n)}{}]}`],
  ];

  test.each(ways)("(%s) are placed and shown in linear time", (_way, make) => {
    const cost = (count: number) => {
      const { source, counts, diagnostics } = read(make(count));
      expect(diagnostics.length).toBeGreaterThanOrEqual(count - 1);
      counts.total = 0;
      for (const diagnostic of locateDiagnostics(diagnostics)) printDiagnostic(diagnostic);
      expect(source.size).toBeGreaterThan(count);
      return counts.total;
    };
    expect(cost(2000)).toBeLessThan(2.5 * cost(1000));
  });
});
