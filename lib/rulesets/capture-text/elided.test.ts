import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { readCaptures } from "../iptables/read-captures.js";
import { cleanCapture } from "./clean-capture.js";

const SAVE = [
  "*nat",
  ":KUBE-SERVICES - [0:0]",
  "-A PREROUTING -j KUBE-SERVICES",
  "-A OUTPUT -j KUBE-SERVICES",
  "COMMIT",
];
const withLine = (line: string) => [...SAVE.slice(0, 3), line, ...SAVE.slice(3), ""].join("\n");

describe("a capture from which lines were taken", () => {
  test.each([
    "...",
    "  ....",
    "…",
    "[...]",
    "[snip]",
    "<snipped>",
    "(output truncated)",
    "[140 lines omitted]",
    "--- cut ---",
  ])("is refused where a line says so: %s", (line) => {
    const { refusal } = cleanCapture(sourceFromText("ticket.txt", withLine(line)));
    expect(refusal).toMatchObject({ code: "capture-elided", severity: "error", at: { file: "ticket.txt", line: 4 } });
  });

  test.each(["# ...", '-A X -m comment --comment "..." -j Y', "cut", "-- ", "snip"])(
    "is not told by a line like %s",
    (line) => expect(cleanCapture(sourceFromText("node.txt", withLine(line))).refusal).toBeUndefined(),
  );

  test("is refused where the beginning of an iptables-save is missing", () => {
    const { tables, diagnostics } = readCaptures([sourceFromText("tail.txt", `${SAVE.slice(2).join("\n")}\n`)]);
    expect(tables).toEqual([]);
    expect(diagnostics).toMatchObject([{ code: "capture-incomplete", at: { file: "tail.txt", line: 3 } }]);
  });
});
