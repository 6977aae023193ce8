/** The built page in headless Chromium, for tests. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, test } from "@jest/globals";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import type { AnswerTo, QuestionFor, QuestionName } from "./engine/answers.js";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const SCRIPT = fileURLToPath(new URL("../scripts/build-playground.mjs", import.meta.url));

export interface Opened {
  /** A new page, when it has answered. `fragment`: with its "#". */
  readonly open: (options?: BrowserContextOptions, fragment?: string) => Promise<Page>;
  /** What pages asked of anybody but themselves. */
  readonly requests: () => readonly string[];
  /** Errors nobody caught, and what the policy refused. */
  readonly errors: () => readonly string[];
}

/** Builds the page once and describes it; skipped by name without Chromium, which CI does not allow. */
export function describePage(name: string, body: (opened: Opened) => void): void {
  if (CHROMIUM === undefined) {
    if (process.env["SVCRULES_REQUIRE_KERNEL"] !== "1")
      return describe.skip(`${name} (skipped, needs Chromium)`, () => {});
    test(`${name} needs Chromium here`, () => {
      throw new Error("browser tests are required here and need Chromium");
    });
    return;
  }
  describe(name, () => {
    let browser: Browser;
    let directory: string;
    const requests: string[] = [];
    const errors: string[] = [];
    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), "svcrules-playground-"));
      const built = spawnSync(process.execPath, [SCRIPT, join(directory, "index.html")], { encoding: "utf8" });
      if (built.status !== 0) throw new Error(built.stderr);
      browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
      });
    });
    afterAll(async () => {
      await browser?.close();
      rmSync(directory, { recursive: true, force: true });
    });
    body({
      async open(options = {}, fragment = "") {
        const page = await (await browser.newContext(options)).newPage();
        page.on("request", (request) => {
          if (!/^(file|blob):/.test(request.url())) requests.push(request.url());
        });
        page.on("pageerror", (error) => errors.push(error.message));
        page.on("console", (message) => {
          if (message.type() === "error") errors.push(message.text());
        });
        await page.goto(pathToFileURL(join(directory, "index.html")).href + fragment);
        await settled(page);
        return page;
      },
      requests: () => requests,
      errors: () => errors,
    });
  });
}

/** Waits until the page has answered what it was last asked. */
export async function settled(page: Page): Promise<void> {
  await page.waitForSelector("html[data-ready]", { timeout: 60_000 });
}

/** Puts text in the place of all that the editor holds, by keyboard. */
export async function replaceText(page: Page, text: string): Promise<void> {
  await page.click("#editor .cm-content");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(text);
  await settled(page);
}

/** The text of the file in the editor. */
export async function shownText(page: Page): Promise<string> {
  return page.evaluate(() => {
    const content = document.querySelector("#editor .cm-content") as HTMLElement & {
      readonly cmTile?: { readonly view: { readonly state: { readonly doc: { toString(): string } } } };
    };
    return String(content.cmTile?.view.state.doc ?? content.innerText);
  });
}

/** Asks a worker of its own, made of the engine that the page holds, so that what is tested is what is shipped. */
export async function askEngine<N extends QuestionName>(
  page: Page,
  name: N,
  questions: readonly QuestionFor<N>[],
): Promise<AnswerTo<N>[]> {
  return page.evaluate(
    ([asked, all]) =>
      new Promise<never[]>((resolve, reject) => {
        const script = document.getElementById("engine")!.textContent;
        const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
        const answers: never[] = [];
        worker.onmessage = ({ data }: MessageEvent<{ answer: never; failure?: string; id: number }>) => {
          // What the page does not ask: that the engine runs, and its first answer.
          if (data.id <= 0) return;
          if (data.failure !== undefined) return reject(new Error(data.failure));
          answers.push(data.answer);
          if (answers.length === all.length) resolve(answers);
        };
        all.forEach((question, i) => worker.postMessage({ id: i + 1, name: asked, question }));
      }),
    [name, questions] as const,
  );
}
