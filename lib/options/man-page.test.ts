import { describe, expect, test } from "@jest/globals";
import { runCli } from "../testing/run-cli.js";
import { COMMANDS } from "./commands/index.js";

describe("the man page", () => {
  test("names every command and every option", async () => {
    const { code, out } = await runCli(["__man"]);
    expect(code).toBe(0);
    const plain = out.replaceAll("\\-", "-").replaceAll("\\fB", "").replaceAll("\\fR", "");
    for (const command of COMMANDS) {
      expect(plain).toContain(`.SS svcrules ${command.name}`);
      for (const name of Object.keys(command.options)) expect(plain).toContain(`--${name}`);
    }
    expect(out).not.toMatch(/undefined|\[object/);
  });
});
