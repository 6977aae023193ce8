import { describe, expect, test } from "@jest/globals";
import { readText } from "../../testing/read-text.js";
import { resolvePlainScalar } from "./plain-scalar.js";

/** What kubectl sends for each text, in a block mapping (fast parser) and in a flow mapping (js-yaml). */
const ROWS: readonly [string, unknown][] = [
  ...["yes", "Yes", "YES", "on", "On", "ON", "y", "Y", "true", "True", "TRUE"].map((t): [string, unknown] => [t, true]),
  ...["no", "No", "NO", "off", "Off", "OFF", "n", "N", "false", "False", "FALSE"].map((t): [string, unknown] => [
    t,
    false,
  ]),
  ...["~", "null", "Null", "NULL", ""].map((t): [string, unknown] => [t, null]),
  ["010", 8],
  ["0o10", 8],
  ["08", 8],
  ["09", 9],
  ["0x1F", 31],
  ["0b11", 3],
  ["-0b11", -3],
  ["1_000", 1000],
  ["1e3", 1000],
  ["1E+3", 1000],
  ["+5", 5],
  ["-5", -5],
  ["0", 0],
  ["1.10", 1.1],
  ["1.", 1],
  [".5", 0.5],
  ["-.5", -0.5],
  ["1_0.5", 10.5],
  ["1:30", "1:30"],
  ["190:20:30", "190:20:30"],
  ["2001-01-01", "2001-01-01"],
  ["2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"],
  ["!!str 1", "1"],
  ["!!str yes", "yes"],
  ["!!int 0x10", 16],
  ["!!binary aGk=", "hi"],
  ["!custom text", "text"],
  ['"1"', "1"],
  ["'yes'", "yes"],
  ["1.2.3", "1.2.3"],
  ["10.96.0.1", "10.96.0.1"],
  ["1e400", "1e400"],
  ["0x", "0x"],
  ["0o8", "0o8"],
  ["1__", 1],
  ["yEs", "yEs"],
  ["nULL", "nULL"],
  ["-", "-"],
  ["+", "+"],
  [".", "."],
  ["=", "="],
];

describe("a scalar is read as kubectl reads it", () => {
  test.each(ROWS.filter(([text]) => text !== "-"))("%s in a block mapping", (text, value) => {
    const { objects, diagnostics } = readText(`apiVersion: v1\nkind: A\nvalue: ${text}\n`);
    expect(diagnostics).toEqual([]);
    expect(objects).toEqual([{ apiVersion: "v1", kind: "A", value }]);
  });

  test.each(ROWS.filter(([text]) => text !== "" && text !== "-"))("%s in a flow mapping", (text, value) => {
    const { objects } = readText(`{apiVersion: v1, kind: A, value: ${text} }\n`.replace(/^/, "---\n"));
    expect(objects).toEqual([{ apiVersion: "v1", kind: "A", value }]);
  });

  test("infinities and not-a-number are numbers", () => {
    expect([".inf", "-.INF", "+.Inf", ".nan"].map(resolvePlainScalar)).toEqual([Infinity, -Infinity, Infinity, NaN]);
  });
});

test.each([
  ["yes", "true"],
  ["1", "1"],
  ["010", "8"],
  ["1.10", "1.1"],
  ["n", "false"],
  ['"yes"', "yes"],
  ["plain", "plain"],
])("key %s becomes the string %s", (key, expected) => {
  expect(readText(`apiVersion: v1\nkind: A\n${key}: x\n`).objects).toEqual([
    { apiVersion: "v1", kind: "A", [expected]: "x" },
  ]);
  expect(readText(`---\n{apiVersion: v1, kind: A, ${key}: x}\n`).objects).toEqual([
    { apiVersion: "v1", kind: "A", [expected]: "x" },
  ]);
});
