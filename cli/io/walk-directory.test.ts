/** Directory trees as file systems really have them. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openInputs } from "./open-inputs.js";

const SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n";
let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-walk-"));
  mkdirSync(join(directory, "in"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const bytes = (...parts: (string | number)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "number" ? Buffer.from([part]) : Buffer.from(part))));

async function open(input: string, followLinks = false) {
  const { sources, diagnostics } = await openInputs([input], { cwd: directory, stdin: -1 }, { followLinks });
  return {
    names: sources.map(({ name }) => name),
    texts: sources.map((source) => Buffer.from(source.read(0, source.size)).toString()),
    said: diagnostics.map(({ code, severity, message }) => `${severity} ${code}: ${message}`),
  };
}

describe("names of files", () => {
  test("that are no UTF-8 are read and told apart", async () => {
    for (const byte of [0xe9, 0xea]) writeFileSync(bytes(directory, "/in/caf", byte, ".yaml"), `${SERVICE}# ${byte}\n`);
    const { names, texts, said } = await open("in");
    expect(names).toEqual(["in/caf\\xe9.yaml", "in/caf\\xea.yaml"]);
    expect(texts).toEqual([`${SERVICE}# 233\n`, `${SERVICE}# 234\n`]);
    expect(said).toEqual([]);
  });

  test("that are no UTF-8 are read when a directory below them holds the file", async () => {
    mkdirSync(bytes(directory, "/in/d", 0xff));
    writeFileSync(bytes(directory, "/in/d", 0xff, "/a.yaml"), SERVICE);
    expect(await open("in")).toEqual({ names: ["in/d\\xff/a.yaml"], texts: [SERVICE], said: [] });
  });

  test("that are no UTF-8 are found as arguments, where only one looks the same", async () => {
    writeFileSync(bytes(directory, "/in/caf", 0xe9, ".yaml"), SERVICE);
    expect((await open("in/caf\ufffd.yaml")).texts).toEqual([SERVICE]);
    writeFileSync(bytes(directory, "/in/caf", 0xea, ".yaml"), SERVICE);
    expect((await open("in/caf\ufffd.yaml")).said).toEqual([expect.stringContaining("error input-not-found")]);
  });

  test("may hold line breaks and escape codes", async () => {
    writeFileSync(join(directory, "in/a\nb\u001b[31m.yaml"), SERVICE);
    expect(await open("in")).toEqual({ names: ["in/a\nb\u001b[31m.yaml"], texts: [SERVICE], said: [] });
  });
});

describe("links below a directory", () => {
  test("that lead out of it are named and not followed", async () => {
    writeFileSync(join(directory, "secret.yaml"), "secret: true\n");
    mkdirSync(join(directory, "outside"));
    writeFileSync(join(directory, "outside/b.yaml"), SERVICE);
    symlinkSync(join(directory, "secret.yaml"), join(directory, "in/x.yaml"));
    symlinkSync("../outside", join(directory, "in/more"));
    const { names, said } = await open("in");
    expect(names).toEqual([]);
    expect(said).toEqual([
      "warning link-not-followed: in/more is a link that leads out of in; not followed",
      "warning link-not-followed: in/x.yaml is a link that leads out of in; not followed",
    ]);
    expect((await open("in", true)).names).toEqual(["in/more/b.yaml", "in/x.yaml"]);
  });

  test("that stay in it are followed, as those of a mounted ConfigMap are", async () => {
    mkdirSync(join(directory, "in/..data"));
    writeFileSync(join(directory, "in/..data/a.yaml"), SERVICE);
    symlinkSync("..data/a.yaml", join(directory, "in/a.yaml"));
    expect(await open("in")).toEqual({ names: ["in/a.yaml"], texts: [SERVICE], said: [] });
  });

  test("do not matter when the directory itself is one", async () => {
    writeFileSync(join(directory, "in/a.yaml"), SERVICE);
    symlinkSync("in", join(directory, "current"));
    expect((await open("current")).names).toEqual(["current/a.yaml"]);
  });
});
