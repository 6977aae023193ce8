import { describe, expect, test } from "@jest/globals";
import { readdirSync } from "node:fs";
import { run } from "./run.js";
import type { Terminal } from "./terminal.js";

const LAYOUTS = readdirSync("fixtures/layouts").flatMap((name) =>
  name === "archives" ? readdirSync("fixtures/layouts/archives").map((file) => `archives/${file}`) : [name],
);

async function compile(...args: string[]) {
  let [out, err] = ["", ""];
  const terminal: Terminal = {
    write: (text) => {
      out += Buffer.from(text as string).toString();
      return true;
    },
    warn: (text) => void (err += text),
    env: {},
    cwd: process.cwd(),
    programName: "svcrules",
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    columns: 80,
    stdin: -1,
  };
  const exitCode = await run(["compile", "-q", ...args], terminal, "0");
  return { exitCode, out, err };
}

describe("every layout of one cluster compiles to the same rules", () => {
  test.each(LAYOUTS)("%s", async (name) => {
    const expected = await compile("fixtures/layouts/list.json");
    const compiled = await compile(`fixtures/layouts/${name}`);
    expect(compiled).toEqual(expected);
    expect(compiled.out).toContain("KUBE-SVC-");
    expect(compiled.exitCode).toBe(0);
  });
});
