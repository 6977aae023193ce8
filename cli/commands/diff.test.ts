import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { DiffReport } from "../../lib/diff/types.js";
import { runCli } from "../../lib/testing/run-cli.js";

const NODES = fileURLToPath(new URL("../../golden/kube-proxy/nodes/", import.meta.url));
const nodeFile = (name: string) => join(NODES, name, "node.txt");
const manifestsOf = (name: string) => join(NODES, name, "manifests.yaml");

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-diff-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const diff = (...argv: string[]) => runCli(["diff", ...argv], { cwd: directory });

const write = (name: string, text: string) => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};

const healthy = ["--manifests", manifestsOf("clean-1000"), "--node", "node-1"];

describe("exit status", () => {
  test("0 for a node as expected, 1 for one with drift, 0 for that with --exit-zero", async () => {
    expect(await diff(nodeFile("clean-1000"), ...healthy)).toMatchObject({ code: 0, err: "" });
    const drifted = [nodeFile("two-drifts-1020"), "--manifests", manifestsOf("two-drifts-1020")];
    expect(await diff(...drifted)).toMatchObject({ code: 1, err: "" });
    expect(await diff(...drifted, "--exit-zero")).toMatchObject({ code: 0 });
  });

  test.each([
    ["an empty file", "", "the file is empty"],
    ["prose", "hello\n", "the file holds no rules of iptables"],
    [
      "rules of another proxy",
      "*nat\n:OUTPUT ACCEPT [0:0]\n:CILIUM_X - [0:0]\n-A OUTPUT -j CILIUM_X\nCOMMIT\n",
      "belongs to Cilium",
    ],
    [
      "rules of another family",
      "*nat\n:KUBE-SERVICES - [0:0]\n-A KUBE-SERVICES -d fd00::1/128 -j RETURN\nCOMMIT\n",
      "all services are IPv4",
    ],
  ])("2 for %s, and why", async (_, text, why) => {
    const { code, out, err } = await diff(write("bad.txt", text), ...healthy);
    expect(code).toBe(2);
    expect(out).toMatch(/^node-1 \(iptables, .*nothing compared\n0 of 6 service ports compared, 6 not: /);
    expect(err).toContain(why);
  });

  test("2 where rules of the other family were captured and no Service has addresses of this one", async () => {
    const { code, out, err } = await diff(nodeFile("clean-1000"), ...healthy, "--ip-family", "ipv6", "-o", "json");
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ identical: false, coverage: { wanted: 0 } });
    expect(err).toContain("[capture-other-family]");
    const { out: text } = await diff(nodeFile("clean-1000"), ...healthy, "--ip-family", "ipv6");
    expect(text).toMatch(/0 services, nothing compared/);
  });

  test("2 for output of another tool in a mode that was asked for", async () => {
    const { code, err } = await diff(nodeFile("clean-2000"), ...healthy, "--mode", "iptables");
    expect(code).toBe(2);
    expect(err).toContain("the capture is of a node in mode nftables, and mode iptables is compared");
  });

  test("2 for a capture that breaks off, after what could be compared", async () => {
    const whole = readFileSync(nodeFile("clean-1000"), "utf8");
    const { code, out, err } = await diff(write("cut.txt", whole.slice(0, whole.length * 0.8)), ...healthy);
    expect(code).toBe(2);
    expect(err).toMatch(/table nat breaks off in chain KUBE-\S+: its COMMIT is missing/);
    expect(out).toMatch(/\n\d of 6 service ports compared, \d not: the capture breaks off/);
    expect(out).not.toMatch(/missing|no difference/);
  });

  test("2 without a node file, or with half of a pair of captures", async () => {
    expect(await diff()).toMatchObject({ code: 2, out: "" });
    expect(await diff("--before", nodeFile("clean-1000"))).toMatchObject({ code: 2, out: "" });
    const two = ["--before", nodeFile("clean-1000"), "--after", nodeFile("clean-1000")];
    for (const selection of [
      ["--service", "web"],
      ["-n", "default"],
      ["-l", "app=web"],
    ])
      expect(await diff(...two, ...selection)).toMatchObject({
        code: 2,
        out: "",
        err: expect.stringMatching("select no Services"),
      });
  });
});

describe("what is not given is taken from the node's rules", () => {
  test("and listed under assumptions", async () => {
    const { out } = await diff(
      nodeFile("two-drifts-1020"),
      "--manifests",
      manifestsOf("two-drifts-1020"),
      "-o",
      "json",
    );
    const report = JSON.parse(out) as DiffReport;
    expect(report).toMatchObject({
      schema: "svcrules.dev/diff/v1",
      identical: false,
      node: "node-1",
      ipFamily: "ipv4",
    });
    expect(report.assumptions).toEqual([
      "mode iptables, from the tools that made the capture",
      "masquerade bit 14, from KUBE-MARK-MASQ",
      "local pods in 10.244.0.0/16, from the KUBE-SVC chains",
      "node node-1, where the endpoints are that the capture has as local ones",
    ]);
    expect(report.summary).toEqual({ services: 5, differing: 2, changes: 3 });
  });

  test("what is given and contradicts the node is a change, said once", async () => {
    const { code, out } = await diff(
      nodeFile("clean-1000"),
      ...healthy,
      "--set",
      "clusterCIDR=10.99.0.0/16",
      "-o",
      "json",
    );
    expect(code).toBe(1);
    const changes = (JSON.parse(out) as DiffReport).changes.filter(({ kind }) => kind === "masquerade-changed");
    expect(changes).toHaveLength(1);
    expect(changes[0]!.service).toBeUndefined();
  });
});

describe("outputs", () => {
  const drifted = [nodeFile("two-drifts-1020"), "--manifests", manifestsOf("two-drifts-1020")];

  test("text groups by service, fits 80 columns and has no colour", async () => {
    const { out } = await diff(...drifted);
    expect(out).toMatch(/^node-1: 2 of 5 services hurt; prod\/db gets no connection at all\n/);
    expect(out).toContain("\nprod/db gets no connection at all\n  error service-port-missing\n");
    expect(out).toMatch(/\nprod\/api: connections are not shared out as they should be\n {2}error endpoint-missing/);
    expect(out).not.toContain("\u001b[");
    // File names are not broken.
    for (const line of out.split("\n").filter((text) => !text.includes("node.txt")))
      expect(line.length).toBeLessThanOrEqual(80);
    expect((await diff(...drifted, "--color", "always")).out).toContain("\u001b[");
  });

  test("unified labels chains with their service", async () => {
    const { out } = await diff(...drifted, "-o", "unified");
    expect(out).toContain("--- expected: nat KUBE-SVC-ETTBJH42DH4PUDG4 (prod/db)\n+++ node-1: nat");
    expect(out).toContain('\n--A KUBE-SVC-ETTBJH42DH4PUDG4 -m comment --comment "prod/db -> ');
  });

  test("patch names only chains that differ, and nothing for a node as expected", async () => {
    const { out } = await diff(...drifted, "-o", "patch");
    expect(out).toMatch(/^\*nat\n:KUBE-/);
    expect(out).not.toContain("CDGGSHYLG3RE2FKL - [");
    expect((await diff(nodeFile("clean-1000"), ...healthy, "-o", "patch")).out).toBe("");
  });

  test("--service leaves the other services out", async () => {
    const { out } = await diff(...drifted, "--service", "prod/db", "-o", "json");
    const { changes } = JSON.parse(out) as DiffReport;
    expect(changes.map(({ service }) => service)).toEqual(["prod/db"]);
  });
});

describe("several files", () => {
  test("named after Nodes are a node each: a table first, those that agree in one line", async () => {
    for (const node of ["node-1", "node-2"]) copyFileSync(nodeFile("clean-1000"), join(directory, `${node}.txt`));
    const drift = readFileSync(nodeFile("clean-1000"), "utf8").replace(/^-A KUBE-MARK-MASQ .*$/m, "#");
    write("node-3.txt", drift);
    const files = ["node-1", "node-2", "node-3"].map((node) => join(directory, `${node}.txt`));
    const { code, out } = await diff(...files, "--manifests", manifestsOf("clean-1000"));
    expect(code).toBe(1);
    expect(out).toMatch(/^NODE {4}SERVICES {2}CHANGES\nnode-3 /);
    expect(out).toContain("2 nodes as expected: node-1, node-2\n");
    const json = JSON.parse(
      (await diff(...files, "--manifests", manifestsOf("clean-1000"), "-o", "json")).out,
    ) as DiffReport[];
    expect(json.map(({ node, identical }) => [node, identical])).toEqual([
      ["node-1", true],
      ["node-2", true],
      ["node-3", false],
    ]);
  });

  test("of one node are put together, and objects among them are the manifests", async () => {
    const text = readFileSync(nodeFile("clean-1000"), "utf8");
    const tables = text.split(/^(?=\*)/m).slice(1);
    const files = tables.map((table, i) => write(`part-${i}.txt`, table));
    const { code, out } = await diff(...files, manifestsOf("clean-1000"), "--node", "node-1");
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining("no difference") });
  });

  test("before and after need no manifests", async () => {
    const after = readFileSync(nodeFile("clean-1000"), "utf8").replace(
      /^-A KUBE-SEP-\S+ -p tcp .*10\.244\.1\.30:8443\n/m,
      "",
    );
    const { code, out } = await diff(
      "--before",
      nodeFile("clean-1000"),
      "--after",
      write("after.txt", after),
      "-o",
      "json",
    );
    expect(code).toBe(1);
    expect((JSON.parse(out) as DiffReport).changes).toMatchObject([
      { kind: "endpoint-missing", service: "prod/api", endpoint: "10.244.1.30:8443" },
    ]);
  });
});

describe("of some Services", () => {
  const drifted = [nodeFile("two-drifts-1020"), "--manifests", manifestsOf("two-drifts-1020"), "--node", "node-1"];

  test("a unified diff has the sections of these alone", async () => {
    const { out: all } = await diff(...drifted, "-o", "unified");
    const owners = [...new Set(Array.from(all.matchAll(/^--- .*\((\S+?\/[^:)]+).*\)$/gm), ([, owner]) => owner!))];
    expect(owners.length).toBeGreaterThan(1);
    for (const owner of owners) {
      const { out } = await diff(...drifted, "-o", "unified", "--service", owner);
      expect(out).toContain(owner);
      for (const other of owners)
        if (other !== owner) expect(out).not.toMatch(new RegExp(`^--- .*\\(${other}[:)]`, "m"));
    }
  });

  test("a patch is still one of the whole node, and a warning says so", async () => {
    const { out: all, err: none } = await diff(...drifted, "-o", "patch");
    const { out, err } = await diff(...drifted, "-o", "patch", "-n", "prod");
    expect(out).toBe(all);
    expect(err).toContain("[patch-of-whole-node]");
    expect(none).not.toContain("patch-of-whole-node");
  });
});
