/** The page as a reader has it. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { pack } from "tar-stream";
import { describePage, replaceText, settled, shownText } from "./testing.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TABS = ["rules", "endpoints", "trace", "diff", "doctor", "dns", "impact"];

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = (await page.evaluate("axe.run().then(({ violations }) => violations)")) as readonly Violation[];
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" ")}`);
}

async function choose(page: Page, tab: string): Promise<void> {
  await page.click(`#tab-${tab}`);
  await settled(page);
}

describePage("the playground", ({ open, requests, errors }) => {
  test("opens every example, and every question has an answer", async () => {
    const page = await open();
    const ids = await page.$$eval("#examples option", (options) =>
      options.map((option) => option.getAttribute("value") ?? "").filter((id) => id !== ""),
    );
    expect(ids.length).toBeGreaterThanOrEqual(15);
    for (const id of ids) {
      await page.selectOption("#examples", id);
      await settled(page);
      for (const tab of await page.$$eval("#tabs button", (buttons) => buttons.map(({ id: own }) => own.slice(4)))) {
        await choose(page, tab);
        const panel = page.locator(`#panel-${tab}`);
        expect([id, tab, await panel.locator(".empty").count()]).toEqual([id, tab, 0]);
        expect([id, tab, (await panel.innerText()).trim() === ""]).toEqual([id, tab, false]);
      }
      expect([id, await page.locator("#problems .error").count()]).toEqual([id, 0]);
    }
    await page.context().close();
  });

  test("lights the manifest line of a rule, the rules of a manifest line, and says the rule's sentence", async () => {
    const page = await open();
    const rule = page.locator("#panel-rules .cm-line", { hasText: "-A KUBE-SERVICES" }).first();
    await rule.hover();
    expect(await page.locator("#editor .cm-lit").innerText()).toContain("name: http");
    await rule.click();
    await page.locator(".sentence", { hasText: "default/web: TCP packets to 10.96.0.20 port 80" }).waitFor();
    await page.locator("#editor .cm-line", { hasText: "clusterIP" }).click();
    expect(await page.locator("#panel-rules .cm-lit").count()).toBeGreaterThan(3);
    await page.context().close();
  });

  test("marks what is wrong, and mends a word that was probably meant otherwise", async () => {
    const page = await open();
    await replaceText(page, (await shownText(page)).replace("selector:", "selectr:"));
    const mark = page.locator("#editor .cm-lintRange").first();
    await mark.hover();
    await page.locator(".cm-tooltip .cm-diagnosticAction", { hasText: "selector" }).click();
    await settled(page);
    expect(await shownText(page)).toContain("  selector:");
    await page.context().close();
  });

  test("reads a bundle: objects into the editor, captures to compare with", async () => {
    const page = await open();
    await choose(page, "rules");
    const saved = page.locator("#choose-spelling");
    await saved.selectOption("save");
    await settled(page);
    const rules = await page.locator("#panel-rules .cm-content").innerText();
    const tar = pack();
    tar.entry({ name: "bundle/cluster.yaml" }, await shownText(page));
    tar.entry({ name: "bundle/node-1/iptables-save.txt" }, rules);
    tar.finalize();
    const pieces: Buffer[] = [];
    for await (const piece of tar as AsyncIterable<Buffer>) pieces.push(piece);
    const bundle = { name: "bundle.tar.gz", mimeType: "application/gzip", buffer: gzipSync(Buffer.concat(pieces)) };
    await page.setInputFiles("#open-files", bundle);
    await page.locator("#notice", { hasText: "1 files with objects, 1 captures" }).waitFor();
    await settled(page);
    expect(await page.inputValue("#capture")).toContain("KUBE-SERVICES");
    expect(await page.locator("#panel-diff h3").innerText()).toMatch(/difference/i);
    await page.context().close();
  });

  test("reads the bundle of a node collector: the last dump, and each node's captures as its own", async () => {
    const page = await open();
    await page.locator("#choose-spelling").selectOption("save");
    await settled(page);
    const rules = await page.locator("#panel-rules .cm-content").innerText();
    const cluster = await shownText(page);
    const tar = pack();
    const schema = "svcrules.dev/bundle/v1";
    tar.entry({ name: "b/bundle.json" }, JSON.stringify({ schema, nodes: [{ name: "node-1" }, { name: "node-2" }] }));
    tar.entry({ name: "b/cluster/before/all.json" }, cluster.replace("10.96.0.20", "10.96.0.21"));
    tar.entry({ name: "b/cluster/after/all.json" }, cluster);
    tar.entry({ name: "b/nodes/node-1/iptables-nft-save.txt" }, rules);
    tar.entry({ name: "b/nodes/node-2/iptables-nft-save.txt" }, rules.replace(/^.*statistic.*\n/m, ""));
    tar.finalize();
    const pieces: Buffer[] = [];
    for await (const piece of tar as AsyncIterable<Buffer>) pieces.push(piece);
    const bundle = { name: "b.tar.gz", mimeType: "application/gzip", buffer: gzipSync(Buffer.concat(pieces)) };
    await page.setInputFiles("#open-files", bundle);
    await page.locator("#notice", { hasText: "1 files with objects, 2 captures" }).waitFor();
    await settled(page);
    expect(await shownText(page)).not.toContain("10.96.0.21");
    const verdict = page.locator("#panel-diff h3");
    expect(await page.inputValue("#choose-captured")).toBe("node-1");
    const first = await verdict.innerText();
    await page.selectOption("#choose-captured", "node-2");
    await settled(page);
    expect(await page.inputValue("#choose-captured")).toBe("node-2");
    expect(await verdict.innerText()).not.toBe(first);
    await page.context().close();
  });

  test("keeps a state and tells, the worst first, what an edit does to clients; and goes back", async () => {
    const page = await open();
    await choose(page, "impact");
    const panel = page.locator("#panel-impact");
    expect(await panel.innerText()).toContain("Keep the state, then edit it");
    await page.click("#keep");
    await settled(page);
    expect(await panel.innerText()).toContain("the state that was kept");
    const before = await shownText(page);
    await replaceText(page, before.replace("clusterIP: 10.96.0.20", "clusterIP: 10.96.0.21"));
    const headings = await panel.locator("h3").allInnerTexts();
    expect(headings[0]).toMatch(/lost.*unchanged/);
    expect(headings.slice(1, 3)).toEqual(["Lost", "Exposed"]);
    expect(await panel.locator(".marks > li").first().innerText()).toContain("10.96.0.20");
    expect(await violations(page)).toEqual([]);
    await page.click("#go-back");
    await settled(page);
    expect(await shownText(page)).toBe(before);
    expect(await panel.innerText()).toContain("the state that was kept");
    await page.context().close();
  });

  test("keeps everything in a link, and warns of a long one", async () => {
    const page = await open();
    await replaceText(page, (await shownText(page)).replace("10.96.0.20", "10.96.0.77"));
    await page.selectOption("#choose-mode", "nftables");
    await choose(page, "trace");
    await page.click("text=Copy link");
    await page.locator("#notice", { hasText: "link" }).waitFor();
    expect(await page.innerText("#notice")).not.toContain("long");
    const { hash } = new URL(page.url());
    const other = await open({}, hash);
    expect(await shownText(other)).toContain("10.96.0.77");
    expect(await other.inputValue("#choose-mode")).toBe("nftables");
    expect(await other.getAttribute("#tab-trace", "aria-selected")).toBe("true");
    const noise = Array.from({ length: 4000 }, (_, i) => `# ${((i * 2654435761) >>> 0).toString(36)}`).join("\n");
    const long = {
      name: "long.yaml",
      mimeType: "text/yaml",
      buffer: Buffer.from(`${await shownText(other)}\n${noise}`),
    };
    await other.setInputFiles("#open-files", long);
    await other.locator("#notice", { hasText: "1 files with objects" }).waitFor();
    await settled(other);
    await other.click("text=Copy link");
    await other.locator("#notice", { hasText: "It is long" }).waitFor();
    await page.context().close();
    await other.context().close();
  });

  test("opens with its first example when a link is broken or hostile", async () => {
    for (const fragment of ["#s=AAAA", "#s=%00", `#s=${"A".repeat(5000)}`]) {
      const page = await open({}, fragment);
      expect(await shownText(page)).toContain("kind: Service");
      await page.context().close();
    }
  });

  test("works by keyboard: tabs by arrows, a rule's sentence by Enter", async () => {
    const page = await open();
    await page.focus("#tab-rules");
    await page.keyboard.press("ArrowRight");
    await settled(page);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("tab-endpoints");
    await page.keyboard.press("Home");
    await settled(page);
    await page.focus("#panel-rules .cm-content");
    await page.keyboard.press("ControlOrMeta+End");
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.locator(".sentence", { hasNotText: "Point at a rule" }).waitFor();
    await page.context().close();
  });

  test.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 390],
    ["dark", 390],
  ] as const)("has nothing that axe objects to, %s, %i pixels wide", async (colorScheme, width) => {
    const page = await open({ colorScheme, viewport: { width, height: 844 } });
    await page.selectOption("#examples", "loadbalancer");
    await settled(page);
    const found: string[] = [];
    for (const tab of TABS) {
      await choose(page, tab);
      found.push(...(await violations(page)).map((text) => `${tab}: ${text}`));
    }
    await page.click("text=Learn");
    await settled(page);
    found.push(...(await violations(page)));
    expect(found).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await page.context().close();
  });

  test("can ask the network for nothing, and does not", async () => {
    const page = await open();
    const tried = await page.evaluate(() =>
      fetch("https://example.com/").then(
        () => "allowed",
        () => "refused",
      ),
    );
    expect(tried).toBe("refused");
    expect(requests()).toEqual([]);
    // What was refused just now is told to the console, and nothing else was.
    expect(errors().filter((text) => !text.includes("example.com"))).toEqual([]);
    await page.context().close();
  });
});
