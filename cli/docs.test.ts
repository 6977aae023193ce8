/**
 * Runs what the pages in docs/ show. A block of language `console` holds lines "$ svcrules ..." and what each prints on a
 * terminal of 80 columns, notes included, in a copy of fixtures/guestbook; a line "..." stands for any lines.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ROOT, runCli } from "../lib/testing/run-cli.js";
import { COMMANDS } from "../lib/options/commands/index.js";

const DOCS = join(ROOT, "docs");
const BLOCK = /(^```console\n)([\s\S]*?)(^```$)/gm;
const FIXTURES = ["guestbook", "stories", "shop", "pull-request", "dual-stack"];

interface Shown {
  readonly command: string;
  /** As the page has it, with the last line's end. */
  readonly output: string;
}

function shownIn(block: string): Shown[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf("\n");
      return { command: part.slice(0, end), output: part.slice(end + 1).replace(/\n\n$/, "\n") };
    });
}

/** Words of a command line; single and double quotes hold words together. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3]!);
}

const pages = readdirSync(DOCS)
  .filter((name) => name.endsWith(".md"))
  .map((name) => {
    const text = readFileSync(join(DOCS, name), "utf8");
    return { name, text, shown: [...text.matchAll(BLOCK)].flatMap((m) => shownIn(m[2]!)) };
  });

/** A page's commands run one after the other, in a folder of their own. */
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "svcrules-docs-"));
  for (const name of FIXTURES) cpSync(join(ROOT, "fixtures", name), join(folder, name), { recursive: true });
  return folder;
}

async function runShown(command: string, folder: string): Promise<string> {
  const [program, ...argv] = wordsOf(command);
  expect(program).toBe("svcrules");
  let told = "";
  await runCli(argv, {
    cwd: join(folder, "guestbook"),
    write: (text) => ((told += typeof text === "string" ? text : Buffer.from(text).toString("utf8")), true),
    warn: (text) => void (told += text),
  });
  return told.replaceAll(folder, "..").replace(/\n*$/, "\n");
}

/** Whether the parts between lines "..." stand in the text, in order; without such a line, whether both are equal. */
function isShown(output: string, told: string): boolean {
  const parts = output.split(/^\.\.\.\n/m);
  if (parts.length === 1) return output === told;
  if (!told.startsWith(parts[0]!) || !told.endsWith(parts.at(-1)!)) return false;
  let at = 0;
  for (const part of parts) {
    const found = told.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}

describe.each(pages.filter(({ shown }) => shown.length > 0))("docs/$name", ({ name, shown }) => {
  let folder: string;
  beforeAll(() => void (folder = makeFolder()));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  test.each(shown)("shows what is printed: $command", async ({ command, output }) => {
    const told = await runShown(command, folder);
    if (process.env["UPDATE_DOCS"] === "1" && !process.env["CI"] && !/^\.\.\.$/m.test(output)) {
      const file = join(DOCS, name);
      const before = readFileSync(file, "utf8");
      writeFileSync(
        file,
        before.replace(`$ ${command}\n${output}`, () => `$ ${command}\n${told}`),
      );
      return;
    }
    if (!isShown(output, told)) expect(told).toBe(output);
  });
});

/** What `playground` prints is where the page lies. */
const commands = COMMANDS.map(({ name }) => name).filter((name) => name !== "playground");
test.each(commands)("%s has a page that shows what it prints", (command) => {
  const page = pages.find(({ name }) => name === `${command}.md`);
  expect(page?.shown.some((one) => `${one.command} `.startsWith(`svcrules ${command} `))).toBe(true);
});
