/** The troubleshooting stories: fixtures/stories/NAME/ holds a cluster, the commands a user would type, and the answer. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { run } from "../run.js";

const ROOT = fileURLToPath(new URL("../../fixtures/stories/", import.meta.url));

/** "$ command", what it prints on stdout, and its exit code. */
async function tell(directory: string): Promise<string> {
  const told: string[] = [];
  for (const command of readFileSync(join(directory, "commands.txt"), "utf8").trim().split("\n")) {
    let out = "";
    const code = await run(
      [...command.split(" ").slice(1), "-q"],
      {
        write: (text) => ((out += String(text)), true),
        warn: (text) => void (out += `stderr: ${text}`),
        env: {},
        cwd: directory,
        programName: "svcrules",
        stdoutIsTerminal: false,
        stderrIsTerminal: false,
        columns: 120,
        stdin: 0,
      },
      "0.0.0",
    );
    told.push(`$ ${command}\n${out}exit ${code}\n`);
  }
  return told.join("\n");
}

test.each(readdirSync(ROOT).sort())("%s", async (name) => {
  const file = join(ROOT, name, "answer.txt");
  const told = await tell(join(ROOT, name));
  if (process.env["UPDATE_GOLDEN"] === "1" && !process.env["CI"]) writeFileSync(file, told);
  expect(told).toBe(readFileSync(file, "utf8"));
});

test("there are six stories", () => expect(readdirSync(ROOT)).toHaveLength(6));
