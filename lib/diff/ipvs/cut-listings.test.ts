import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { diffExit } from "../../node/diff-exit.js";
import { diffNode } from "../../node/diff-node.js";
import { readNode } from "../../node/read-node.js";
import { loadCluster } from "../../pipeline/load.js";
import type { Wishes } from "../../pipeline/situation.js";
import { sourceFromText } from "../../source/source.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { fc } from "../../testing/fuzz/properties.js";
import { ROOT } from "../../testing/run-cli.js";
import type { ProxyMode } from "../../config/proxy-config.js";

const read = (node: string, file: string) => readFileSync(join(ROOT, "golden/kube-proxy/nodes", node, file), "utf8");
const clusterOf = (node: string) =>
  loadCluster([sourceFromText("manifests.yaml", read(node, "manifests.yaml"))]).cluster;

function wishesOf(name: string): Wishes {
  const { node, kubeVersion, mode } = JSON.parse(read(name, "truth.json")) as { [field: string]: string };
  const [configuration] = loadCluster([sourceFromText("kube-proxy.yaml", read(name, "kube-proxy.yaml"))]).cluster
    .proxyConfigurations;
  return { node, kubeVersion, mode: mode as ProxyMode, proxyConfiguration: configuration };
}

const NODE = "ipvs-clean-3000";
const FILES = ["ipvsadm-save.txt", "ipset-save.txt", "ip-addr.txt", "iptables-save.txt"] as const;

/** `ipset list` of what ipset save says. */
function ipsetList(save: string): string {
  const sets = new Map<string, { type: string; options: string; entries: string[] }>();
  for (const line of save.trim().split("\n")) {
    const [verb, name, third, ...options] = line.split(" ");
    if (verb === "create") sets.set(name!, { type: third!, options: options.join(" "), entries: [] });
    else sets.get(name!)!.entries.push(third!);
  }
  return Array.from(
    sets,
    ([name, { type, options, entries }]) =>
      `Name: ${name}\nType: ${type}\nRevision: 5\nHeader: ${options}\nSize in memory: 200\nReferences: 1\n` +
      `Number of entries: ${entries.length}\nMembers:\n${entries.map((entry) => `${entry}\n`).join("")}`,
  ).join("\n");
}

async function compare(texts: Readonly<Record<string, string>>) {
  const sources = Object.entries(texts).map(([name, text]) => sourceFromText(name, text));
  const { report, diagnostics } = await diffNode(clusterOf(NODE), wishesOf(NODE), sources);
  const reading = await readNode("ipvs", sources);
  return { report: report!, diagnostics, listings: reading.mode === "ipvs" ? reading.listings : [] };
}

const whole = () => Object.fromEntries(FILES.map((file) => [file, read(NODE, file)]));

/** Everywhere but behind a line's end, where nothing tells that more should follow, and before the first line is told. */
const cutInLine = (text: string) =>
  fc.nat(text.length - 1).filter((at) => at > 200 && !/^\n|\n$/.test(text.slice(at - 1, at + 1)));

describe("a listing that breaks off in a line", () => {
  const listed = ipsetList(read(NODE, "ipset-save.txt"));
  test.each([
    ["ipset-save.txt", "ipset save", read(NODE, "ipset-save.txt")],
    ["ipset-save.txt", "ipset list", listed],
    ["ip-addr.txt", "ip addr", read(NODE, "ip-addr.txt")],
  ])("is told not to be given, and no part of it is drift: %s, %s", async (file, _command, text) => {
    expect((await compare({ ...whole(), [file]: text })).report.changes).toEqual([]);
    await fc.assert(
      fc.asyncProperty(cutInLine(text), async (at) => {
        const { report, listings } = await compare({ ...whole(), [file]: text.slice(0, at) });
        expect(report.changes).toEqual([]);
        expect(report.coverage.notCompared).toEqual([]);
        expect(report.coverage.notGiven.join()).toMatch(/the listing breaks off/);
        expect(listings.some((listing) => listing.file === file)).toBe(true);
      }),
      { numRuns: fuzzRuns(40) },
    );
  });

  test("of virtual servers leaves every service port not compared, and exits 2", async () => {
    const text = read(NODE, "ipvsadm-save.txt");
    await fc.assert(
      fc.asyncProperty(cutInLine(text), async (at) => {
        const { report, listings, diagnostics } = await compare({ ...whole(), "ipvsadm-save.txt": text.slice(0, at) });
        expect(report.changes).toEqual([]);
        expect([report.identical, report.coverage.compared, diffExit([report])]).toEqual([false, 0, 2]);
        expect(report.coverage.notCompared.every(({ reason }) => reason === "capture-incomplete")).toBe(true);
        expect(listings.find(({ kind }) => kind === "ipvsadm-save")?.cutAt?.file).toBe("ipvsadm-save.txt");
        expect(diagnostics.map(({ code }) => code)).toContain("capture-incomplete");
      }),
      { numRuns: fuzzRuns(40) },
    );
  });

  test.each(FILES.slice(0, 3))("is whole when only its last end of line is lost: %s", async (file) => {
    const { report } = await compare({ ...whole(), [file]: read(NODE, file).trimEnd() });
    expect([report.identical, report.changes, report.coverage.notGiven]).toEqual([true, [], []]);
  });
});
