/** What becomes of the place that output is written to: files are replaced, links, pipes and devices stay what they are. */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { writeFileAtomically } from "./write-output.js";

let directory = "";
const at = (name: string) => join(directory, name);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-write-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("a file is written, and nothing is left beside it", () => {
  writeFileAtomically(at("new/rules.txt"), ["a\n", Buffer.from("b\n")]);
  writeFileAtomically(at("new/rules.txt"), ["c\n"]);
  expect(readFileSync(at("new/rules.txt"), "utf8")).toBe("c\n");
  expect(readdirSync(at("new"))).toEqual(["rules.txt"]);
});

test("what fails half-way leaves the old file as it was", () => {
  writeFileSync(at("rules.txt"), "old\n");
  const failing = function* () {
    yield "new\n";
    throw new Error("no more");
  };
  expect(() => writeFileAtomically(at("rules.txt"), failing())).toThrow("no more");
  expect(readFileSync(at("rules.txt"), "utf8")).toBe("old\n");
  expect(readdirSync(directory)).toEqual(["rules.txt"]);
});

test("a link to a file stays a link; the file it leads to is written", () => {
  mkdirSync(at("real"));
  writeFileSync(at("real/rules.txt"), "old\n");
  symlinkSync("real/rules.txt", at("link.txt"));
  writeFileAtomically(at("link.txt"), ["new\n"]);
  expect(lstatSync(at("link.txt")).isSymbolicLink()).toBe(true);
  expect(readFileSync(at("real/rules.txt"), "utf8")).toBe("new\n");
  expect(readdirSync(at("real"))).toEqual(["rules.txt"]);
});

test("a pipe is written to and stays a pipe", () => {
  expect(spawnSync("mkfifo", [at("pipe")]).status).toBe(0);
  const reader = openSync(at("pipe"), constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    writeFileAtomically(at("pipe"), ["one\n", "two\n"]);
    const bytes = Buffer.alloc(100);
    expect(bytes.toString("utf8", 0, readSync(reader, bytes))).toBe("one\ntwo\n");
  } finally {
    closeSync(reader);
  }
  expect(lstatSync(at("pipe")).isFIFO()).toBe(true);
  expect(readdirSync(directory)).toEqual(["pipe"]);
});

test("a directory is refused", () => {
  mkdirSync(at("directory"));
  expect(() => writeFileAtomically(at("directory"), ["x"])).toThrow("EISDIR");
});
