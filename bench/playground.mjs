// Measures the built page:  npm run build:playground && node bench/playground.mjs [SERVICES=1000]
// First rules as a ratio to an empty page; the wait from a key to the answer; the engine's work never blocks a key.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const services = Number(process.argv[2] ?? "1000");
const built = new URL("../dist/playground/index.html", import.meta.url).href;
const directory = mkdtempSync(join(tmpdir(), "svcrules-bench-"));
const empty = join(directory, "empty.html");
writeFileSync(empty, "<!doctype html><title>empty</title><p>empty</p>");
const manifests = Array.from(
  { length: services },
  (_, i) => `apiVersion: v1
kind: Service
metadata: { name: s-${i}, namespace: n-${i % 20} }
spec: { clusterIP: 10.${96 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}, ports: [{ port: 80 }], selector: { app: a-${i} } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: a-${i}, namespace: n-${i % 20} }
spec: { replicas: 3, selector: { matchLabels: { app: a-${i} } }, template: { metadata: { labels: { app: a-${i} } } } }
`,
).join("---\n");

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const median = (all) => [...all].sort((a, b) => a - b)[all.length >> 1];
const timed = async (work) => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};
/** Milliseconds from the start of the navigation to the frame that shows what is waited for, by the page's own clock. */
const load = async (url, { selector, text }) => {
  const page = await browser.newPage();
  await page.addInitScript(
    ([wanted, words]) => {
      const look = () => {
        if (!document.querySelector(wanted)?.textContent.includes(words)) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => (globalThis.shownAfter = performance.now())));
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { childList: true, subtree: true, characterData: true });
    },
    [selector, text],
  );
  await page.goto(url);
  const shown = await page.waitForFunction(() => globalThis.shownAfter, undefined, { polling: 100 });
  const after = await shown.jsonValue();
  await page.close();
  return after;
};
const ready = "html[data-ready]";
const rules = { selector: "#panel-rules .cm-content", text: "KUBE-SERVICES" };
const [ours, none] = [[], []];
for (let i = 0; i < 9; i++) {
  none.push(await load(pathToFileURL(empty).href, { selector: "p", text: "empty" }));
  ours.push(await load(built, rules));
}
const page = await browser.newPage();
await page.goto(built);
await page.waitForSelector(ready, { state: "attached" });
const file = join(directory, "many.yaml");
writeFileSync(file, manifests);
const opened = await timed(async () => {
  await page.setInputFiles("#open-files", file);
  await page.waitForFunction(() => document.querySelector("#notice")?.textContent?.includes("files"));
  await page.waitForSelector(ready, { state: "attached" });
});
const [keys, answers] = [[], []];
await page.click("#editor .cm-content");
for (let i = 0; i < 10; i++) {
  answers.push(
    await timed(async () => {
      keys.push(await timed(() => page.keyboard.type("#")));
      await page.waitForSelector(ready, { state: "attached" });
    }),
  );
}
await browser.close();
rmSync(directory, { recursive: true, force: true });
const ms = (value) => `${Math.round(value)} ms`;
process.stdout.write(
  [
    `${fileURLToPath(built)}`,
    `first rules ${ms(median(ours))}, an empty page ${ms(median(none))}, ratio ${(median(ours) / median(none)).toFixed(2)}`,
    `${services} Services: opened and answered in ${ms(opened)}`,
    `${services} Services: a key takes ${ms(median(keys))}, its answer is there after ${ms(median(answers))}`,
    "",
  ].join("\n"),
);
