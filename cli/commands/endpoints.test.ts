import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runCli } from "../../lib/testing/run-cli.js";
import type { Terminal } from "../terminal.js";

const GUESTBOOK = fileURLToPath(new URL("../../golden/kube-proxy/cases/guestbook/manifests.yaml", import.meta.url));

const svcrules = (argv: readonly string[], more: Partial<Terminal> = {}) =>
  runCli(["endpoints", ...argv], { cwd: directory, ...more });

let directory: string;

const file = (name: string, objects: readonly object[]) => {
  writeFileSync(join(directory, name), JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  return name;
};

const SERVICE = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "shop" },
  spec: {
    clusterIP: "10.96.0.10",
    selector: { app: "web" },
    ports: [{ name: "http", port: 80, targetPort: "http" }],
  },
};

const pod = (name: string, phase: string, port: object) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop", labels: { app: "web" } },
  spec: {
    nodeName: "node-1",
    initContainers: [{ name: "s", restartPolicy: "Always", ports: [port] }],
    containers: [{ name: "c" }],
  },
  status: { phase, podIP: "10.244.1.2", conditions: [{ type: "Ready", status: "True" }] },
});

const PODS = [
  pod("a", "Running", { name: "http", containerPort: 8080 }),
  pod("b", "Failed", { name: "http", containerPort: 8080 }),
];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-endpoints-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe("svcrules endpoints", () => {
  test("prints a table and why a pod is no endpoint, and says that nodes are not known", async () => {
    const { code, out, err } = await svcrules([file("all.json", [SERVICE, ...PODS])]);
    expect(out).toContain("http/TCP  10.244.1.2:8080  ready  node-1");
    expect(out).toContain("no endpoint: pod b: its phase is Failed");
    expect(err).toContain("the input holds no Nodes");
    expect(code).toBe(0);
  });

  test("prints rows as JSON, of one service or namespace when asked", async () => {
    const all = JSON.parse((await svcrules([GUESTBOOK, "--output", "json"])).out) as { service: string }[];
    const one = JSON.parse(
      (await svcrules([GUESTBOOK, "-o", "json", "--service", "default/frontend"])).out,
    ) as typeof all;
    expect(one.length).toBeGreaterThan(0);
    expect(one).toEqual(all.filter((row) => row.service === "default/frontend"));
    const elsewhere = await svcrules([GUESTBOOK, "-o", "json", "-n", "defualt"]);
    expect([elsewhere.code, elsewhere.out]).toEqual([2, ""]);
    expect(elsewhere.err).toContain("did you mean default?");
  });

  test("takes the release of the controller", async () => {
    const name = file("sidecar.json", [SERVICE, ...PODS]);
    expect((await svcrules([name, "--kube-version", "1.32"])).out).toContain('no container port is named "http" (TCP)');
    expect((await svcrules([name, "--controller-version", "v1.33.1"])).out).toContain("10.244.1.2:8080");
  });

  test("says when there is no Service", async () => {
    const { code, out, err } = await svcrules([file("pods.json", PODS)]);
    expect([code, out]).toEqual([0, ""]);
    expect(err).toContain("the input holds no Service");
  });

  test("is coloured by --color, FORCE_COLOR and on a terminal, unless NO_COLOR is set", async () => {
    const escape = String.fromCharCode(27);
    const name = file("color.json", [SERVICE, ...PODS]);
    const colored = async (argv: string[], more: Partial<Terminal>) =>
      (await svcrules([name, ...argv], more)).out.includes(escape);
    expect(await colored([], {})).toBe(false);
    expect(await colored([], { stdoutIsTerminal: true })).toBe(true);
    expect(await colored([], { stdoutIsTerminal: true, env: { NO_COLOR: "1" } })).toBe(false);
    expect(await colored([], { stdoutIsTerminal: true, env: { TERM: "dumb" } })).toBe(false);
    expect(await colored([], { env: { FORCE_COLOR: "1" } })).toBe(true);
    expect(await colored([], { stdoutIsTerminal: true, env: { FORCE_COLOR: "0" } })).toBe(false);
    expect(await colored(["--color", "always"], {})).toBe(true);
    expect(await colored(["--color", "never"], { stdoutIsTerminal: true })).toBe(false);
  });

  test.each([
    [["--output", "yaml"], "--output yaml: not one of text, json"],
    [["--kube-version", "1.20"], "not a release that svcrules knows: 1.28 to 1.37"],
    [["nope/"], "nope/"],
  ])("ends with 2 on %j", async (argv, message) => {
    const { code, out, err } = await svcrules(argv[0]!.startsWith("--") ? [GUESTBOOK, ...argv] : argv);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
  });

  test("stops quietly when nobody reads any more", async () => {
    let writes = 0;
    const { code, err } = await svcrules([GUESTBOOK, "-q"], { write: () => ++writes < 1 });
    expect([code, err, writes]).toEqual([0, "", 1]);
  });
});
