import { expect, test } from "@jest/globals";
import { runCli } from "../lib/testing/run-cli.js";
import { COMMANDS } from "../lib/options/commands/index.js";

test.each(COMMANDS.map(({ name }) => name))(
  "the help of %s names each option once and fits a narrow terminal",
  async (name) => {
    const { code, out } = await runCli([name, "--help"], { columns: 60 });
    expect(code).toBe(0);
    const [text] = out.split("\nExamples:");
    const options = [...text!.matchAll(/^ {2,6}((?:-\S+, )*--?[a-z][\w-]*)/gm)].flatMap((m) => m[1]!.split(", "));
    expect(options.length).toBeGreaterThan(5);
    expect(options.filter((option, i) => options.indexOf(option) !== i)).toEqual([]);
    expect(text!.split("\n").filter((line) => line.length > 60)).toEqual([]);
  },
);
