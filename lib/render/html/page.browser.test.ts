/** The page in headless Chromium. Skipped by name without Chromium; CI does not skip it. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { chromium, type Browser, type Page } from "playwright-core";
import type { Change } from "../../diff/types.js";
import type { PathGraph } from "../../graph/types.js";
import { renderHtml } from "../graph-html.js";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const SERVICES = 10_000;

function graphOf(i: number): PathGraph {
  const chain = `KUBE-SVC-${String(i).padStart(16, "A")}`;
  const ip = `10.96.${i >> 8}.${i & 255}`;
  return {
    service: `ns-${i % 50}/service-${i}`,
    port: "http",
    protocol: "TCP",
    nodes: [
      { id: "f", kind: "frontend", label: `${ip}:80`, detail: "cluster IP" },
      { id: "c", kind: "chain", label: chain },
      ...[0, 1, 2].map((j) => ({
        id: `e${j}`,
        kind: "endpoint" as const,
        label: `10.244.${j}.${i % 250}:${8000 + i}`,
      })),
    ],
    edges: [{ from: "f", to: "c" }, ...[0, 1, 2].map((j) => ({ from: "c", to: `e${j}`, share: 1 / 3 }))],
  };
}

const CHANGES: readonly Change[] = [
  {
    kind: "endpoint-missing",
    severity: "error",
    service: "ns-7/service-7",
    port: "http",
    protocol: "TCP",
    endpoint: "10.244.1.7:8007",
    message: "10.244.1.7:8007 gets no traffic <img src=x onerror=alert(1)>",
    expected: ["-A KUBE-SVC-X -j KUBE-SEP-Y"],
    actual: [],
  },
  {
    kind: "service-port-stale",
    severity: "error",
    service: "ns-9/gone",
    port: "",
    protocol: "TCP",
    message: "ns-9/gone should not be programmed",
    expected: [],
    actual: ["-A KUBE-SERVICES -d 10.96.9.9/32 -j KUBE-SVC-Z"],
  },
];

let browser: Browser;
let directory: string;
const requests: string[] = [];

async function open(name: string, lines: Iterable<string>): Promise<Page> {
  const file = join(directory, name);
  writeFileSync(file, [...lines].join("\n"));
  const page = await browser.newPage();
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector("html[data-ready]");
  return page;
}

function* graphs(): Iterable<PathGraph> {
  for (let i = 0; i < SERVICES; i++) yield graphOf(i);
}

const body = () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "svcrules-page-"));
    browser = await chromium.launch({
      executablePath: CHROMIUM!,
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
    });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test("finds one of 10,000 services by name, chain and address, and draws its path", async () => {
    const page = await open("cluster.html", renderHtml(graphs, { title: "iptables, node-1" }));
    expect(await page.textContent("#count")).toBe("10000 service ports, the first 300 are listed: search for more");
    for (const words of ["service-4321", "kube-svc-aaaaaaaaaaaa4321", "10.96.16.225:80", ":12321"]) {
      await page.fill("#search", words);
      await page.locator("#count", { hasText: /^1 service port$/ }).waitFor();
      expect(await page.textContent("#detail h2")).toBe("ns-21/service-4321:http TCP");
    }
    expect(await page.locator("#detail [data-kind=endpoint]").count()).toBe(3);
    expect(await page.locator("#detail .share").first().textContent()).toBe("1/3");
    await page.close();
  });

  test("works by keyboard alone", async () => {
    const page = await open("keys.html", renderHtml(graphs, { title: "iptables, node-1" }));
    await page.keyboard.press("/");
    await page.keyboard.type("service-99");
    await page.keyboard.press("Enter");
    expect(await page.textContent("#detail h2")).toContain("service-99:http");
    await page.keyboard.press("ArrowDown");
    expect(await page.textContent("#detail h2")).toContain("service-990:http");
    await page.keyboard.press("Escape");
    expect(await page.inputValue("#search")).toBe("");
    await page.close();
  });

  test("shows what differs first, missing in red and stale in amber, and runs nothing of the input", async () => {
    const page = await open("diff.html", renderHtml(graphs, { title: "a node" }, CHANGES));
    let alerted = false;
    page.on("dialog", (dialog) => {
      alerted = true;
      void dialog.dismiss();
    });
    expect(await page.locator("#list button").first().getAttribute("class")).toBe("missing");
    expect(await page.locator("#list button").nth(1).getAttribute("class")).toBe("stale");
    expect(await page.textContent("#detail .change p")).toContain("<img src=x");
    expect(await page.locator("#detail code.missing").textContent()).toBe("10.244.1.7:8007");
    expect(alerted).toBe(false);
    await page.close();
  });

  test("asks the network for nothing", () => {
    expect(requests.filter((url) => !url.startsWith("file:"))).toEqual([]);
  });
};

if (CHROMIUM !== undefined) describe("the page", body);
else if (process.env["SVCRULES_REQUIRE_KERNEL"] === "1")
  test("the page needs Chromium here", () => {
    throw new Error("browser tests are required here and need Chromium");
  });
else describe.skip("the page (skipped, needs Chromium)", body);
