/** The pictures of docs/page.md, taken in headless Chromium of real answers: `npm run pictures` writes them. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { chromium, type Browser } from "playwright-core";
import { ROOT, runCli } from "../lib/testing/run-cli.js";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const PICTURES = join(ROOT, "docs/pictures");
const DUMP = "dump.yaml";
const SIZE = { width: 1120, height: 680 };
const MOST_BYTES = 150_000;
const ADDED = ["worker-3", "worker-4"];

let browser: Browser;
let directory: string;

async function svcrules(...argv: string[]): Promise<string> {
  return (await runCli([...argv, "-q"], { cwd: directory })).out;
}

/** Nodes that differ: no frontend pod on worker-2, no rules of redis-leader on worker-3. */
async function writeFleet(): Promise<void> {
  const nodes = ADDED.map((name) => ({ apiVersion: "v1", kind: "Node", metadata: { name } }));
  writeFileSync(join(directory, "nodes.json"), JSON.stringify({ apiVersion: "v1", kind: "List", items: nodes }));
  const gone: Readonly<Record<string, RegExp>> = {
    "worker-2": /10\.244\.2\.31/,
    "worker-3": /KUBE-SERVICES.*redis-leader/,
  };
  for (const node of ["worker-1", "worker-2", ...ADDED]) {
    const rules = await svcrules("compile", DUMP, "nodes.json", "--node", node, "-o", "save");
    const kept = rules.split("\n").filter((line) => gone[node]?.test(line) !== true);
    writeFileSync(join(directory, `${node}.txt`), kept.join("\n"));
  }
}

/** The page as PNG; `hash`: what of it is open. */
async function picture(html: string, hash: string): Promise<Buffer> {
  const file = join(directory, "page.html");
  writeFileSync(file, html);
  const context = await browser.newContext({ viewport: SIZE, colorScheme: "light", reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(pathToFileURL(file).href + hash);
  await page.waitForSelector("html[data-ready]");
  await page.evaluate(() => document.fonts.ready);
  const bytes = await page.screenshot({ animations: "disabled", caret: "hide" });
  await context.close();
  return bytes;
}

const SCENES = [
  {
    file: "page-node.png",
    hash: "#svc=guestbook/frontend",
    shows: "10.244.2.31:8080 gets no traffic",
    answer: () => svcrules("diff", "node-iptables.txt", "--manifests", DUMP, "--output", "html"),
  },
  {
    file: "page-fleet.png",
    hash: "#node=worker-2",
    shows: "2 of 4 nodes differ",
    answer: async () => {
      await writeFleet();
      const captures = ["worker-1", "worker-2", ...ADDED].map((name) => `${name}.txt`);
      return svcrules("diff", ...captures, "--manifests", DUMP, "--manifests", "nodes.json", "--output", "html");
    },
  },
];

const body = () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "svcrules-pictures-"));
    for (const file of [DUMP, "node-iptables.txt"])
      cpSync(join(ROOT, "fixtures/guestbook", file), join(directory, file));
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: ["--no-sandbox", "--disable-gpu"] });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  // Another Chromium or other fonts draw other pixels, so a picture is compared with one of the same machine.
  test.each(SCENES)("$file is small, and the same each time it is taken", async ({ file, hash, shows, answer }) => {
    const html = await answer();
    expect(html).toContain(shows);
    const taken = await picture(html, hash);
    expect(taken.equals(await picture(html, hash))).toBe(true);
    expect(taken.length).toBeLessThan(MOST_BYTES);
    if (process.env["UPDATE_PICTURES"] === "1" && !process.env["CI"]) writeFileSync(join(PICTURES, file), taken);
    const kept = readFileSync(join(PICTURES, file));
    expect([kept.readUInt32BE(16), kept.readUInt32BE(20)]).toEqual([SIZE.width, SIZE.height]);
  });
};

if (CHROMIUM !== undefined) describe("the pictures of the page", body);
else if (process.env["SVCRULES_REQUIRE_KERNEL"] === "1")
  test("the pictures of the page need Chromium here", () => {
    throw new Error("browser tests are required here and need Chromium");
  });
else describe.skip("the pictures of the page (skipped, needs Chromium)", body);
