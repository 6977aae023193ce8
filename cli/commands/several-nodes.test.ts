/** Captures of several nodes, and a question about one of them. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runCli } from "../../lib/testing/run-cli.js";

const node = (i: number) => `apiVersion: v1
kind: Node
metadata: {name: worker-${i}}
spec: {podCIDR: 10.244.${i}.0/24}
status:
  addresses: [{type: InternalIP, address: 192.168.0.1${i}}]
  nodeInfo: {kubeletVersion: v1.36.1}
`;
/** Node ports of the first are served by local endpoints alone, of which worker-3 has none. */
const service = (name: string, ip: string, nodePort: number, policy: string) => `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec:
  type: NodePort
  clusterIP: ${ip}
  clusterIPs: [${ip}]
  externalTrafficPolicy: ${policy}
  ports: [{port: 80, nodePort: ${nodePort}, targetPort: 8080}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}-1, namespace: shop, labels: {kubernetes.io/service-name: ${name}}}
addressType: IPv4
ports: [{name: "", port: 8080, protocol: TCP}]
endpoints:
- {addresses: [10.244.1.5], nodeName: worker-1, conditions: {ready: true}}
- {addresses: [10.244.2.5], nodeName: worker-2, conditions: {ready: true}}
`;
const CONFIG = `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clusterCIDR: 10.244.0.0/16
`;
const NODES = [1, 2, 3].map(node);
const EVEN = service("even", "10.96.0.7", 30081, "Cluster");
const LOCAL = service("web", "10.96.0.5", 30080, "Local");

let cwd: string;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "svcrules-nodes-"));
  writeFileSync(join(cwd, "dump.yaml"), [...NODES, CONFIG, EVEN, LOCAL].join("---\n"));
  writeFileSync(join(cwd, "even.yaml"), [...NODES, CONFIG, EVEN].join("---\n"));
  for (const folder of ["named", "unnamed", "alike"]) mkdirSync(join(cwd, folder));
  for (const i of [1, 2, 3]) {
    const rules = async (file: string) => (await run("compile", file, "--node", `worker-${i}`, "-o", "save", "-q")).out;
    const own = await rules("dump.yaml");
    writeFileSync(join(cwd, `named/worker-${i}.txt`), own);
    if (i < 3) writeFileSync(join(cwd, `unnamed/${"xab"[i]!}.txt`), own);
    const even = await rules("even.yaml");
    const drifted = even.replace(/^.*10\.244\.2\.5.*\n/gm, "");
    writeFileSync(join(cwd, `alike/${i}.txt`), i === 2 ? drifted : even);
  }
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const run = (...argv: string[]) => runCli(argv, { cwd });

describe("captures of several nodes behind --on", () => {
  test("are those of --node, captures-of-several-nodes", async () => {
    const { code, err, out } = await run("explain", "shop/web", "dump.yaml", "--on", "named", "--node", "worker-2");
    expect([code, err]).toMatchObject([0, expect.stringContaining('captured on node "worker-2", one of 3')]);
    expect(out).toContain("named/worker-2.txt");
    expect(out).not.toContain("named/worker-1.txt");
  });

  test("are those of the sender, or of the node whose address it is sent to", async () => {
    const to = async (from: string, address: string) =>
      (await run("trace", "--from", from, "--to", address, "dump.yaml", "--on", "named", "-q")).out;
    expect(await to("worker-3", "10.96.0.5:80")).toContain("rules captured in named/worker-3.txt");
    const sent = await to("outside", "192.168.0.12:30080");
    expect(sent).toContain("rules captured in named/worker-2.txt");
    expect(sent).toContain("100% sent to 10.244.2.5:8080");
  });

  test("are not taken together for one by doctor", async () => {
    const doctor = async (...argv: string[]) => {
      const { out } = await run("doctor", "dump.yaml", "--on", "named", "-q", "-o", "json", ...argv);
      const { findings } = JSON.parse(out) as { findings: { check: string }[] };
      return findings.map(({ check }) => check);
    };
    expect(await doctor("--node", "worker-2")).not.toContain("local-endpoint-not-recognised");
    expect(await doctor()).not.toContain("local-endpoint-not-recognised");
  });

  test("that no name tells apart are not taken by doctor, captures-disagree", async () => {
    const { err } = await run("doctor", "dump.yaml", "--on", "unnamed");
    expect(err).toContain("warning: table nat: captured here and at unnamed/a.txt");
  });

  test.each([["explain", "shop/web"], ["doctor"], ["trace", "--from", "outside", "--to", "shop/web:80"]])(
    "of which none is of the node asked for are an error (%s)",
    async (command, ...words) => {
      const on = ["--on", "named/worker-1.txt", "--on", "named/worker-2.txt"];
      const { code, err } = await run(command, ...words, "dump.yaml", ...on, "--node", "worker-3");
      expect([code, err]).toMatchObject([2, expect.stringContaining('no capture is named after node "worker-3"')]);
    },
  );
});

test("a packet from outside to the address of a node meets that node's rules, where they are compiled, too", async () => {
  const { out } = await run("trace", "--from", "outside", "--to", "192.168.0.12:30080", "dump.yaml", "-q");
  expect(out).toContain("100% sent to 10.244.2.5:8080");
});

describe("diff of several nodes", () => {
  const diff = (folder: string, dump: string, ...argv: string[]) =>
    run("diff", folder, "--manifests", dump, "-q", ...argv);

  test("with --node is that of the one that files are named after", async () => {
    const { code, out } = await diff("named", "dump.yaml", "--node", "worker-2");
    expect([code, out]).toEqual([0, "worker-2 (iptables, Kubernetes 1.36.1, IPv4): 2 services, no difference\n"]);
    const { code: none, err } = await run(
      "diff",
      "named/worker-1.txt",
      "named/worker-2.txt",
      "--node",
      "worker-3",
      "-f",
      "dump.yaml",
    );
    expect([none, err]).toMatchObject([2, expect.stringContaining("captures are of worker-1 and worker-2")]);
  });

  test("shows the files where nothing tells which node each is", async () => {
    const { code, out } = await diff("alike", "even.yaml");
    expect(code).toBe(1);
    expect(out).toContain("2 nodes as expected: worker-1 (alike/1.txt), worker-1 (alike/3.txt)");
    expect(out).toContain("== worker-1 (alike/2.txt)");
    const json = JSON.parse((await diff("alike", "even.yaml", "-o", "json")).out) as { capture: string }[];
    expect(json.map(({ capture }) => capture)).toEqual(["alike/1.txt", "alike/2.txt", "alike/3.txt"]);
  });

  test("writes their patches under the names of the files", async () => {
    await diff("alike", "even.yaml", "-o", "patch", "--out", "patches");
    expect(readdirSync(join(cwd, "patches")).sort()).toEqual(["1.patch", "2.patch", "3.patch"]);
    expect(readFileSync(join(cwd, "patches/2.patch"), "utf8")).toContain("10.244.2.5");
    expect(readFileSync(join(cwd, "patches/1.patch"), "utf8")).toBe("");
  });

  test("says that a shard has no node, shard-empty", async () => {
    const { code, err } = await run("diff", "named", "--manifests", "dump.yaml", "--shard", "7/8");
    expect([code, err]).toMatchObject([0, expect.stringContaining("none of 3 nodes is in this shard [shard-empty]")]);
  });
});
