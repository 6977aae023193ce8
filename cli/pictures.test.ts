/** The pictures of README.md and docs/, made from what the program prints: `npm run pictures` writes them. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { ROOT, runCli } from "../lib/testing/run-cli.js";
import { terminalPicture } from "../lib/testing/terminal-picture.js";

const PICTURES = join(ROOT, "docs/pictures");
const GUESTBOOK = join(ROOT, "fixtures/guestbook");

test.each([
  {
    file: "drift.svg",
    title: "svcrules diff tells that 10.244.2.31 gets no traffic of guestbook/frontend and should get a third",
    argv: ["diff", "node-iptables.txt", "--manifests", "dump.yaml", "-q", "--color", "always"],
  },
])("$file shows what is printed now", async ({ file, title, argv }) => {
  const { out } = await runCli(argv, { cwd: GUESTBOOK });
  const command = argv.slice(0, argv.indexOf("-q")).join(" ");
  const picture = terminalPicture(`\u001b[2m$\u001b[22m \u001b[1msvcrules ${command}\u001b[22m\n${out}`, title);
  if (process.env["UPDATE_PICTURES"] === "1" && !process.env["CI"]) {
    mkdirSync(PICTURES, { recursive: true });
    writeFileSync(join(PICTURES, file), picture);
  }
  expect(readFileSync(join(PICTURES, file), "utf8")).toBe(picture);
  expect(out).toContain("10.244.2.31:8080 gets no traffic");
});
