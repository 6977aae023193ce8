import { describe, expect, test } from "@jest/globals";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { sourceFromText } from "../../source/source.js";
import { capturedNodes } from "../../testing/captured-nodes.js";
import { diff } from "../../api/diff.js";
import { countUnreadable } from "./count-unreadable.js";

const line = (file: string, number: number): Diagnostic => ({
  code: "unreadable-line",
  severity: "error",
  message: `this is no line: ${number}`,
  at: { file, line: number },
});

describe("unreadable lines", () => {
  test("are shown up to 20 a file, and all are counted, those that a reader counted too", () => {
    const many = Array.from({ length: 30 }, (_, i) => line("a.txt", i + 1));
    const counted = {
      ...line("a.txt", 0),
      message: "980 more lines of this file could not be read",
      at: { file: "a.txt" },
    };
    const told = countUnreadable([...many, counted, line("b.txt", 1)]);
    expect(told).toHaveLength(22);
    expect(told.slice(0, 20)).toEqual(many.slice(0, 20));
    expect(told[20]).toEqual(line("b.txt", 1));
    expect(told[21]).toMatchObject({ severity: "error", message: "990 more lines of this file could not be read" });
  });

  test.each(capturedNodes().filter(({ name }) => ["iptables-save", "ipvsadm-save", "nft list"].includes(name)))(
    "of a capture are counted in every mode: $name",
    async ({ manifests, options, healthy }) => {
      const garbage = Array.from({ length: 100 }, (_, i) => `?? garbage ${i}\n`).join("");
      const sources = Object.entries(healthy).map(([file, { text }], i) =>
        sourceFromText(file, i === 0 ? text + garbage : text),
      );
      const { diagnostics } = await diff(manifests, sources, options);
      const messages = diagnostics.filter(({ code }) => code === "unreadable-line").map(({ message }) => message);
      expect([messages.length, messages.at(-1)]).toEqual([21, "80 more lines of this file could not be read"]);
    },
  );

  test.each(capturedNodes().filter(({ name }) => ["iptables-save", "ipvsadm-save", "nft list"].includes(name)))(
    "leave it open whether anything differs: $name",
    async ({ manifests, options, healthy }) => {
      const sources = Object.entries(healthy).map(([file, { text }], i) =>
        sourceFromText(file, i === 0 ? `${text}?? garbage\n` : text),
      );
      const { report } = await diff(manifests, sources, options);
      expect(report).toMatchObject({ identical: false, changes: [] });
      expect(report!.coverage.notGiven).toContain("lines that cannot be read");
    },
  );
});
