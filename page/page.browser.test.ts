/** The page of --output html in headless Chromium. Skipped by name without Chromium; CI does not skip it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { HARMS } from "../lib/diff/harm-of.js";
import type { Change, DiffReport } from "../lib/diff/types.js";
import type { PathGraph, PortRules } from "../lib/graph/types.js";
import { renderClusterPage, renderNodePage } from "../lib/render/html/cluster-page.js";
import { renderFleetPage } from "../lib/render/html/fleet-page.js";

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
    expected: ["-A KUBE-SVC-X -j KUBE-SEP-Y", "</script><script>alert(1)</script>"],
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

const RULES: PortRules = new Map([
  ["ns-7/service-7:http/tcp", { rules: ["-A KUBE-SERVICES -j KUBE-SVC-X", "-A KUBE-SVC-X -j KUBE-SEP-Y"], count: 5 }],
]);

function reportOf(node: string, changes: readonly Change[]): DiffReport {
  const differing = new Set(changes.map(({ service }) => service)).size;
  return {
    schema: "svcrules.dev/diff/v1",
    identical: changes.length === 0,
    mode: "iptables",
    node,
    kubeVersion: "1.36.0",
    ipFamily: "ipv4",
    assumptions: ["mode iptables, from the tools that made the capture"],
    inferred: [],
    summary: { services: SERVICES, differing, changes: changes.length },
    coverage: { wanted: SERVICES, compared: SERVICES, notCompared: [], notGiven: [] },
    changes,
  };
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WAYS = [
  ["light", 1280],
  ["dark", 1280],
  ["light", 390],
  ["dark", 390],
] as const;

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

let browser: Browser;
let directory: string;
const requests: string[] = [];
const errors: string[] = [];

async function open(lines: Iterable<string>, hash = "", options: BrowserContextOptions = {}): Promise<Page> {
  const file = join(directory, "page.html");
  writeFileSync(file, [...lines].join("\n"));
  const page = await (await browser.newContext(options)).newPage();
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("dialog", (dialog) => {
    errors.push("a script of the input ran");
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.goto(pathToFileURL(file).href + hash);
  await page.waitForSelector("html[data-ready]");
  return page;
}

async function violations(page: Page): Promise<string[]> {
  // The page's policy lets no script of others in; the tool is put in from outside.
  await page.evaluate(axe);
  const found = (await page.evaluate("axe.run().then(({ violations }) => violations)")) as readonly Violation[];
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" ")}`);
}

/** Waits until what is chosen is shown: links are followed in a task of their own. */
async function titled(page: Page, title: string): Promise<void> {
  await page.locator("#detail h2").getByText(title, { exact: true }).waitFor();
}

/** Of the page itself: what `page.url()` says of a part of it comes later. */
const hashOf = (page: Page) => page.evaluate(() => location.hash);

function* graphs(): Iterable<PathGraph> {
  for (let i = 0; i < SERVICES; i++)
    yield {
      ...graphOf(i),
      manifest: () => ({ file: "web.yaml", line: 12, text: "    - name: http\n      port: 80" }),
    };
}

const cluster = () => renderClusterPage(graphs, { title: "iptables, node-1" });
const node = () => renderNodePage(graphs, reportOf("node-1", CHANGES), { title: "a node", rules: RULES });
const fleet = () =>
  renderFleetPage([
    reportOf("worker-1", []),
    reportOf("worker-2", CHANGES),
    reportOf("worker-3", [CHANGES[1]!]),
    {
      ...reportOf("worker-4", []),
      identical: false,
      coverage: {
        wanted: 1,
        compared: 0,
        notCompared: [
          {
            service: "ns-1/service-1",
            port: "http",
            protocol: "TCP",
            reason: "table-missing",
            message: "no table nat",
          },
        ],
        notGiven: [],
      },
    },
  ]);

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

  test("finds one of 10,000 services by name, chain and address, and draws its path with shares on the edges", async () => {
    const page = await open(cluster());
    expect(await page.textContent("#count")).toBe("10,000 service ports");
    for (const words of ["service-4321", "kube-svc-aaaaaaaaaaaa4321", "10.96.16.225:80", ":12321"]) {
      await page.fill("#search", words);
      await page.locator("#count", { hasText: /^1 service port$/ }).waitFor();
      await page.click("[role=option]");
      await titled(page, "ns-21/service-4321:http TCP");
    }
    expect(await page.locator("#detail svg [data-kind=endpoint]").count()).toBe(3);
    expect(await page.locator("#detail svg .share").allTextContents()).toEqual(["1/3", "1/3", "1/3"]);
    await page.click("text=The same as text");
    expect(await page.locator("#detail .tree").innerText()).toContain("1/3 10.244.0.71:12321");
    await page.context().close();
  });

  test("keeps only the rows in view of a list of 10,000, from its first to its last", async () => {
    const page = await open(cluster());
    const rows = page.locator("[role=option]");
    expect(await rows.count()).toBeLessThan(100);
    await page.locator(".scroller").evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page.locator("[aria-posinset='10000']").waitFor();
    expect(await rows.count()).toBeLessThan(100);
    expect(await rows.last().getAttribute("aria-setsize")).toBe("10000");
    await page.context().close();
  });

  test("works by keyboard alone", async () => {
    const page = await open(cluster());
    await page.keyboard.press("/");
    await page.keyboard.type("service-99");
    await page.keyboard.press("Enter");
    await page.locator("#detail h2", { hasText: "service-99:http" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.locator("#detail h2", { hasText: "service-990:http" }).waitFor();
    const active = await page.getAttribute("[role=listbox]", "aria-activedescendant");
    expect(await page.getAttribute(`#${active}`, "aria-selected")).toBe("true");
    await page.keyboard.press("k");
    await page.locator("#detail h2", { hasText: "service-99:http" }).waitFor();
    await page.keyboard.press("Escape");
    expect(await page.inputValue("#search")).toBe("");
    await titled(page, "Overview");
    await page.context().close();
  });

  test("opens with the verdict, counts and the worst services, which lead to what is wrong", async () => {
    const page = await open(node());
    expect(await page.textContent("#verdict")).toContain("node-1: 2 of 10000 services hurt; ns-7/service-7");
    expect((await page.locator(".counts div").allInnerTexts()).map((text) => text.split("\n"))).toEqual([
      ["services", "10,000"],
      ["services differ", "2"],
      ["changes", "2"],
    ]);
    expect(await page.locator(".worst a").allTextContents()).toEqual([
      "ns-7/service-7: connections are not shared out as they should be",
      "ns-9/gone is reached, and should not be",
    ]);
    expect(await page.locator(".legend").first().innerText()).toContain("wrong share");
    await page.click(".worst a");
    await titled(page, "ns-7/service-7:http TCP");
    await page.click("#overview");
    await titled(page, "Overview");
    await page.context().close();
  });

  test("narrows the list to what differs, a namespace, a kind", async () => {
    const page = await open(node());
    const count = page.locator("#count");
    await page.check("#differing");
    expect(await count.textContent()).toBe("2 service ports");
    await page.selectOption("#choose-namespace", "ns-9");
    expect(await count.textContent()).toBe("1 service port");
    await page.keyboard.press("Escape");
    expect(await count.textContent()).toBe("10,001 service ports");
    await page.click("#detail >> text=endpoint-missing");
    expect(await count.textContent()).toBe("1 service port");
    expect(await page.inputValue("#choose-kind")).toBe("endpoint-missing");
    await page.context().close();
  });

  test("marks what differs in the list, the path and the rules, beside the manifest; and runs nothing of the input", async () => {
    const page = await open(node());
    expect(await page.locator("[role=option] .harm").allTextContents()).toEqual(["≠wrong share: ", "↗wrong reach: "]);
    await page.click("[role=option]");
    expect(await page.textContent("#detail .change p")).toContain("<img src=x");
    expect(await page.locator("#detail svg .station.missing .label").textContent()).toBe("10.244.1.7:8007");
    expect(await page.textContent("#detail .change .missing pre")).toContain("</script><script>alert(1)</script>");
    expect(await page.textContent("#detail pre span.missing")).toBe("-A KUBE-SVC-X -j KUBE-SEP-Y\n");
    expect(await page.locator("#detail h4").allTextContents()).toEqual([
      "Missing: should be there and is not",
      "Rules, the first 2 of 5",
      "web.yaml:12",
    ]);
    await page.context().close();
  });

  test("holds a link to each service, and copies it and the rules", async () => {
    const permissions = { permissions: ["clipboard-read", "clipboard-write"] };
    const page = await open(node(), "#svc=ns-42/service-42", permissions);
    await titled(page, "ns-42/service-42:http TCP");
    // The list stands where the chosen service is.
    await page.evaluate(() => document.querySelector(".scroller")!.scrollTo(0, 0));
    await page.click("#option-0");
    expect(await hashOf(page)).toBe("#svc=ns-7/service-7&port=http");
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await page.click("text=Copy link");
    await page.locator("[role=status]", { hasText: "Copied the link" }).waitFor();
    expect(await copied()).toBe(await page.evaluate(() => location.href));
    await page.click("[aria-label='Copy rules, the first 2 of 5']");
    await page.locator("[role=status]", { hasText: "Copied rules" }).waitFor();
    expect(await copied()).toBe("-A KUBE-SERVICES -j KUBE-SVC-X\n-A KUBE-SVC-X -j KUBE-SEP-Y\n");
    await page.evaluate(() => (location.hash = "#svc=no/such"));
    await page.locator("#detail", { hasText: "holds no such service" }).waitFor();
    await page.context().close();
  });

  test("shows a fleet as a matrix, the worst nodes and services first, and what is behind a cell", async () => {
    const page = await open(fleet());
    expect(await page.textContent("#verdict")).toContain("2 of 4 nodes differ; 1 not wholly compared; worker-");
    expect(await page.locator(".matrix tbody th a").allTextContents()).toEqual([
      "worker-3",
      "worker-2",
      "worker-4",
      "worker-1",
    ]);
    expect(await page.locator(".matrix .service").allTextContents()).toEqual(["ns-9/gone", "ns-7/service-7"]);
    await page.click("[aria-label='ns-7/service-7 on worker-2: wrong share']");
    await titled(page, "ns-7/service-7 on worker-2");
    expect(await page.textContent("#detail .change")).toContain("<img src=x");
    expect(await hashOf(page)).toBe("#node=worker-2&svc=ns-7/service-7");
    await page.check("#differing");
    expect(await page.locator(".matrix tbody tr").count()).toBe(3);
    await page.fill("#search", "worker-3");
    expect(await page.locator(".matrix tbody tr").count()).toBe(1);
    await page.keyboard.press("Escape");
    expect(await page.locator(".matrix tbody tr").count()).toBe(4);
    await page.context().close();
  });

  test.each(WAYS)("has nothing that axe objects to, %s, %i pixels wide", async (colorScheme, width) => {
    const options = { colorScheme, viewport: { width, height: 844 } };
    const found: string[] = [];
    for (const [name, lines, hash] of [
      ["overview", node(), ""],
      ["service", node(), "#svc=ns-7/service-7"],
      ["cluster", cluster(), ""],
      ["fleet", fleet(), "#node=worker-2"],
    ] as const) {
      const page = await open(lines, hash, options);
      found.push(...(await violations(page)).map((text) => `${name}: ${text}`));
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (overflow > 0) found.push(`${name}: ${overflow} pixels wider than the screen`);
      await page.context().close();
    }
    expect(found).toEqual([]);
  });

  test("prints what is open, without the list and the buttons", async () => {
    const page = await open(node(), "#svc=ns-7/service-7");
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("nav").isVisible()).toBe(false);
    expect(await page.locator(".copy").first().isVisible()).toBe(false);
    expect(await page.locator("#detail h2").isVisible()).toBe(true);
    expect(await page.locator("#detail").evaluate((element) => getComputedStyle(element).overflow)).toBe("visible");
    await page.context().close();
  });

  test("lets no script in but its own, and asks the network for nothing", async () => {
    const page = await open(node());
    const policy = await page.getAttribute("meta[http-equiv]", "content");
    expect(policy).not.toContain("unsafe");
    const before = errors.length;
    const tried = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "globalThis.intruded = true";
      document.body.append(script);
      const isRun = "intruded" in globalThis;
      return fetch("https://example.com/").then(
        () => [isRun, "allowed"],
        () => [isRun, "refused"],
      );
    });
    expect(tried).toEqual([false, "refused"]);
    expect(errors.splice(before).length).toBeGreaterThan(0);
    await page.context().close();
    expect(requests.filter((url) => !url.startsWith("file:"))).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("has words for every harm", async () => {
    const { harmWords } = await import("./harms.js");
    const words = HARMS.map((_, i) => harmWords(i));
    expect(words.map(({ name }) => name)).toEqual([...HARMS]);
    expect(new Set(words.map(({ mark }) => mark)).size).toBe(HARMS.length);
  });
};

if (CHROMIUM !== undefined) describe("the page", body);
else if (process.env["SVCRULES_REQUIRE_KERNEL"] === "1")
  test("the page needs Chromium here", () => {
    throw new Error("browser tests are required here and need Chromium");
  });
else describe.skip("the page (skipped, needs Chromium)", body);
