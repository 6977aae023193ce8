import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { createCollector } from "../../lib/cluster/collect.js";
import type { Cluster } from "../../lib/cluster/types.js";
import type { Diagnostic } from "../../lib/diagnostics/diagnostic.js";
import { readSource } from "../../lib/readers/index.js";
import type { KubeObject } from "../../lib/kube/types.js";
import { openInputs } from "./open-inputs.js";

async function read(...inputs: string[]): Promise<{ cluster: Cluster; diagnostics: readonly Diagnostic[] }> {
  const { sources, diagnostics } = await openInputs(inputs, { cwd: process.cwd(), stdin: -1 });
  const collector = createCollector();
  for (const diagnostic of diagnostics) collector.diagnostic(diagnostic);
  for (const source of sources) readSource(source, collector);
  return collector.finish();
}

const content = (objects: readonly KubeObject[]) => objects.map(({ origin: _origin, ...rest }) => rest);
const codes = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ code, severity }) => `${severity} ${code}`);

/** Layout, what it holds beside Services, Pods and Nodes, and what is said about it. */
const LAYOUTS: readonly (readonly [string, readonly (keyof Cluster)[], readonly string[]])[] = [
  ...[
    "list.yaml",
    "compact.json",
    "documents.yaml",
    "crlf.yaml",
    "stream.json",
    "raw-lists.json",
    "nested-lists.yaml",
    "array.json",
    "watch.json",
    "kyaml.yaml",
    "archives/list.json.gz",
    "archives/list.json.xz",
    "archives/list.json.zst",
    "archives/list.zip",
  ].map((name) => [name, ["endpointSlices", "endpoints", "configMaps", "namespaces", "workloads"], []] as const),
  ["with-warning.json", ["endpointSlices", "endpoints", "configMaps"], ["note text-skipped"]],
  ...[
    "cluster-info-dump.json",
    "cluster-info-dump.yaml",
    "cluster-info-dump-json",
    "cluster-info-dump-yaml",
    "archives/cluster-info-dump.tgz",
  ].map((name) => [name, ["workloads"], ["note proxy-configuration-inferred"]] as const),
  ["inspect.local.5551", ["endpointSlices", "endpoints", "configMaps", "namespaces", "workloads"], []],
  ["archives/must-gather.tar.gz", ["endpointSlices", "endpoints", "configMaps", "namespaces", "workloads"], []],
  ["support-bundle-new", ["endpointSlices", "endpoints", "configMaps", "namespaces", "workloads"], []],
  ["support-bundle-old", ["namespaces", "workloads"], ["note proxy-configuration-inferred"]],
  ["support-bundle-oldest", ["namespaces", "workloads"], ["note proxy-configuration-inferred"]],
  ["archives/support-bundle-2026-01-01T00_00_00.tar.gz", ["endpointSlices", "endpoints", "configMaps"], []],
  ["archives/sosreport-worker-1.tar", ["endpoints", "configMaps", "workloads"], []],
];

describe("a cluster is the same in every layout", () => {
  test.each(LAYOUTS)("%s", async (name, lists, said) => {
    const expected = await read("fixtures/layouts/list.json");
    const { cluster, diagnostics } = await read(`fixtures/layouts/${name}`);
    expect(codes(diagnostics)).toEqual(said);
    for (const list of ["services", "pods", "nodes", ...lists] as (keyof Cluster)[])
      expect(content(cluster[list] as KubeObject[])).toEqual(content(expected.cluster[list] as KubeObject[]));
  });

  test("and every layout in fixtures/layouts is listed here", () => {
    const listed = LAYOUTS.map(([name]) => name);
    const there = readdirSync("fixtures/layouts")
      .flatMap((name) =>
        name === "archives" ? readdirSync("fixtures/layouts/archives").map((n) => `archives/${n}`) : [name],
      )
      .filter((name) => name !== "list.json");
    expect(there.sort()).toEqual([...listed].sort());
  });

  const root = "golden/kube-proxy/dumps";
  test.each(readdirSync(root))("as real kubectl wrote the recorded case %s", async (name) => {
    const expected = await read(`${root}/${name}/get-all.json`);
    for (const layout of readdirSync(join(root, name))) {
      const { cluster, diagnostics } = await read(`${root}/${name}/${layout}`);
      expect(diagnostics).toEqual([]);
      for (const list of ["services", "pods", "nodes"] as const)
        expect(content(cluster[list])).toEqual(content(expected.cluster[list]));
      expect(cluster.facts.clusterInfoDump).toBe(layout.startsWith("cluster-info"));
    }
  });
});

describe("facts of a dump", () => {
  test("come from flags, images, versions and logs", async () => {
    const { facts } = (await read("fixtures/layouts/cluster-info-dump.json")).cluster;
    expect(facts).toMatchObject({
      clusterInfoDump: true,
      fromLiveCluster: true,
      kubeProxyVersions: { "worker-1": "v1.36.1", "worker-2": "v1.36.1" },
      kubeProxyMode: { mode: "iptables", from: "log" },
      serviceRange: { cidrs: ["10.96.0.0/16"], from: "kube-apiserver" },
      nodePortRange: "30000-32767",
      podRange: "10.244.0.0/16",
      maxEndpointsPerSlice: 100,
    });
  });

  test("name the API server's version in a support bundle and the kind of dump", async () => {
    const { facts } = (await read("fixtures/layouts/support-bundle-new")).cluster;
    expect(facts).toMatchObject({ apiServerVersion: "v1.36.0", dumps: ["troubleshoot"], clusterInfoDump: false });
  });
});

describe("arguments", () => {
  const directory = mkdtempSync(join(tmpdir(), "svcrules-inputs-"));
  const service = (name: string) =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {ports: [{port: 80}]}\n`;
  const write = (name: string, text: string | Uint8Array) => {
    const path = join(directory, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const named = async (...inputs: string[]) => {
    const { cluster, diagnostics } = await read(...inputs);
    return { names: cluster.services.map((s) => s.metadata.name), codes: codes(diagnostics), diagnostics };
  };

  test("that do not exist or may not be read are reported by name, and the others are read", async () => {
    const there = write("there/a.yaml", service("a"));
    const { names, codes, diagnostics } = await named(join(directory, "nope"), there);
    expect(names).toEqual(["a"]);
    expect(codes).toEqual(["error input-not-found"]);
    expect(diagnostics[0]!.message).toContain("nope cannot be read: it does not exist");
  });

  test("give the same in any order, the last file by path winning", async () => {
    const one = write("order/1.yaml", service("web"));
    const two = write("order/2.yaml", service("web").replace("80", "81"));
    for (const inputs of [
      [one, two],
      [two, one],
    ]) {
      const { cluster, diagnostics } = await read(...inputs);
      expect(cluster.services[0]!.spec.ports![0]!.port).toBe(81);
      expect(codes(diagnostics)).toEqual(["warning duplicate-object"]);
    }
  });

  test("may be directories: walked through, hidden ones and other files left alone, each file once through links", async () => {
    write("tree/b/x.yml", service("x"));
    write("tree/y.JSON", '{"apiVersion":"v1","kind":"Service","metadata":{"name":"y"}}');
    write("tree/.git/z.yaml", service("hidden"));
    write("tree/readme.md", "kind: no");
    symlinkSync(join(directory, "tree"), join(directory, "tree/b/loop"));
    symlinkSync(join(directory, "nowhere.yaml"), join(directory, "tree/dangling.yaml"));
    const { names, codes } = await named(join(directory, "tree"));
    expect(names).toEqual(["x", "y"]);
    expect(codes).toEqual(["error input-not-found"]);
  });

  test("may be a pipe", async () => {
    const fifo = join(directory, "fifo");
    execFileSync("mkfifo", [fifo]);
    // Opened for both sides, so that neither waits for the other.
    const fd = openSync(fifo, "r+");
    writeFileSync(fd, service("piped"));
    const opened = openInputs([fifo], { cwd: "/", stdin: -1 });
    closeSync(fd);
    const { sources } = await opened;
    expect(sources.map(({ size }) => size)).toEqual([service("piped").length]);
  });

  test("of kinds that are not objects say what they are", async () => {
    const table = write("table.txt", "NAMESPACE   NAME   TYPE\ndefault   web   ClusterIP\n");
    const binary = write("binary", new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]));
    const rules = write("rules.txt", "# Generated by iptables-save v1.8.9\n*nat\nCOMMIT\n");
    const zip = write("a.zip", new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]));
    const cut = write("cut.tgz", new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]));
    const { codes } = await named(table, binary, rules, zip, cut);
    expect(codes.sort()).toEqual([
      "error archive-unreadable",
      "error archive-unreadable",
      "error binary-file",
      "error kubectl-table",
      "note proxy-configuration-inferred",
      "warning node-capture",
    ]);
  });

  test("that are archives give no entry that leads out of them, and no links", async () => {
    const { pack } = await import("tar-stream");
    const { buffer } = await import("node:stream/consumers");
    const archive = pack();
    archive.entry({ name: "../../out.yaml" }, service("out"));
    archive.entry({ name: "/abs.yaml" }, service("abs"));
    archive.entry({ name: "./in/side.yaml" }, service("in"));
    archive.entry({ name: "in/link.yaml", type: "symlink", linkname: "/etc/passwd" });
    archive.finalize();
    const { names, codes } = await named(write("ways-out.tar", await buffer(archive)));
    expect(names).toEqual(["in"]);
    expect(codes).toEqual(["warning archive-entry-skipped", "warning archive-entry-skipped"]);
  });

  test("that vanish or shrink while they are read give a diagnostic, never a stack trace", async () => {
    const long = `${service("a")}---\n`.repeat(40_000);
    const shrinks = write("shrinks.yaml", long);
    const vanishes = write("vanishes.yaml", long);
    const opened = await openInputs([shrinks, vanishes], { cwd: "/", stdin: -1 });
    writeFileSync(shrinks, long.slice(0, 1000));
    rmSync(vanishes);
    const collector = createCollector();
    for (const source of opened.sources) readSource(source, collector);
    expect(codes(collector.finish().diagnostics).filter((code) => code.startsWith("error"))).toContain(
      "error input-changed",
    );
  });
});

test("what a collector wrote about itself is passed over in a dump alone, and not where it is named", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "svcrules-about-"));
  for (const folder of ["own", "dump/cluster-resources"]) {
    mkdirSync(join(cwd, folder), { recursive: true });
    for (const name of ["custom-errors.json", "nodes.json"])
      writeFileSync(join(cwd, folder, name), '{"apiVersion":"v1","kind":"Service"}');
  }
  const names = async (input: string) =>
    (await openInputs([input], { cwd, stdin: -1 })).sources.map(({ name }) => name);
  expect(await names("own")).toEqual(["own/custom-errors.json", "own/nodes.json"]);
  expect(await names("dump")).toEqual(["dump/cluster-resources/nodes.json"]);
  const named = "dump/cluster-resources/custom-errors.json";
  expect(await names(named)).toEqual([named]);
  rmSync(cwd, { recursive: true });
});

test("notes and pages among the captures of a directory are passed over, with a note", async () => {
  const directory = mkdtempSync(join(tmpdir(), "svcrules-inputs-"));
  for (const name of ["node-1.txt", "README.md", "report.html"]) writeFileSync(join(directory, name), "text\n");
  const place = { cwd: "/", stdin: -1 };
  const { sources, diagnostics } = await openInputs([directory], place, { everyFile: true });
  expect(sources.map(({ name }) => name)).toEqual([`${directory}/node-1.txt`]);
  expect(codes(diagnostics)).toEqual(["note document-passed-over"]);
  expect(diagnostics[0]!.message).toContain("README.md and 1 more: no capture by the name");
  const named = await openInputs([join(directory, "README.md")], place, { everyFile: true });
  expect([named.sources.length, named.diagnostics]).toEqual([1, []]);
  rmSync(directory, { recursive: true });
});

describe("archives below a directory", () => {
  let directory = "";
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "svcrules-inputs-"));
    const text = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`;
    for (const name of ["plain", "packed", "zipped"]) writeFileSync(join(directory, `${name}.yaml`), text(name));
    execFileSync("tar", ["czf", "case.tar.gz", "packed.yaml"], { cwd: directory });
    writeFileSync(join(directory, "case.zip"), zipSync({ "zipped.yaml": Buffer.from(text("zipped")) }));
    mkdirSync(join(directory, "web/templates"), { recursive: true });
    writeFileSync(join(directory, "web/Chart.yaml"), "name: web\n");
    writeFileSync(join(directory, "web/templates/a.yaml"), "a: {{ b }}\n");
    execFileSync("tar", ["czf", "web-1.2.3.tgz", "web"], { cwd: directory });
    for (const name of ["packed.yaml", "zipped.yaml", "web"]) rmSync(join(directory, name), { recursive: true });
    writeFileSync(join(directory, "assets.zip"), "version https://git-lfs.github.com/spec/v1\nsize 7\n");
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test("are read as those that are named; a chart and what is no archive are told", async () => {
    const { cluster, diagnostics } = await read(directory);
    expect(cluster.namespaces.map(({ metadata }) => metadata.name)).toEqual(["packed", "plain", "zipped"]);
    expect(codes(diagnostics).sort()).toEqual(["warning archive-unreadable", "warning unrendered-source"]);
  });
});
