/** explain, trace and migrate as people run them: golden texts, every recorded case, errors. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { sweep } from "../../lib/testing/fuzz/runs.js";
import { recordedCases } from "../../lib/testing/recorded-cases.js";
import { runCli } from "../../lib/testing/run-cli.js";

const RECORDED = fileURLToPath(new URL("../../golden/kube-proxy/", import.meta.url));
const GOLDEN = fileURLToPath(new URL("../../golden/svcrules/", import.meta.url));

const svcrules = (argv: readonly string[]) => runCli(argv, { cwd: RECORDED });

const manifests = (name: string) => `cases/${name}/manifests.yaml`;
const configured = (name: string) => [manifests(name), "--proxy-config", `cases/${name}/kube-proxy.yaml`, "-q"];

/** Each file below golden/svcrules with the command that prints it. */
const GOLDENS: Readonly<Record<string, readonly string[]>> = {
  "explain/service-iptables.txt": ["explain", "web", ...configured("nodeport")],
  "explain/service-nftables.txt": ["explain", "web", ...configured("nodeport"), "--mode", "nftables"],
  "explain/service-ipvs.txt": ["explain", "web", ...configured("nodeport"), "--mode", "ipvs"],
  "explain/service-rules.txt": ["explain", "web", ...configured("clusterip-one-endpoint"), "--rules"],
  "explain/source-ranges.txt": ["explain", "default/web", ...configured("loadbalancer-source-ranges")],
  "explain/affinity.txt": ["explain", "dflt", ...configured("session-affinity")],
  "explain/zone-hints.txt": ["explain", "web", ...configured("zone-hints")],
  "explain/zone-hints-missing.txt": ["explain", "web", ...configured("zone-hints-missing")],
  "explain/address.txt": ["explain", "10.96.0.50:80/udp", ...configured("nodeport")],
  "explain/address-unused-port.txt": ["explain", "10.96.0.50:81", ...configured("nodeport"), "--mode", "nftables"],
  "explain/pod.txt": ["explain", "p-0", ...configured("nodeport")],
  "explain/chain-endpoint.txt": ["explain", "KUBE-SEP-UIQK3OSOSTRHRPBX", ...configured("nodeport")],
  "explain/chain-hash.txt": ["explain", "CDGGSHYLG3RE2FKL", ...configured("nodeport")],
  "explain/chain-nftables.txt": [
    "explain",
    "service-SUSTUHLJ-default/web/tcp/http",
    ...configured("nodeport"),
    "--mode",
    "nftables",
  ],
  "explain/chain-static.txt": ["explain", "KUBE-POSTROUTING", ...configured("nodeport")],
  "explain/captured-endpoint-stale.txt": [
    "explain",
    "prod/api",
    "nodes/endpoint-stale-1002/manifests.yaml",
    "--on",
    "nodes/endpoint-stale-1002/node.txt",
    "-q",
  ],
  "trace/pod-to-service.txt": ["trace", "--from", "p-0", "--to", "web:http", ...configured("nodeport")],
  "trace/outside-to-node-port.txt": [
    "trace",
    "--from",
    "outside",
    "--to",
    "192.168.0.11:30080",
    ...configured("nodeport"),
    "--mode",
    "nftables",
  ],
  "trace/ipvs.txt": ["trace", "--from", "p-0", "--to", "web:http", ...configured("nodeport"), "--mode", "ipvs"],
  "trace/node-port.mermaid": [
    "trace",
    "--from",
    "outside",
    "--to",
    "web:http",
    ...configured("nodeport"),
    "-o",
    "mermaid",
  ],
  "trace/pod-to-service.json": ["trace", "--from", "p-0", "--to", "web:http", ...configured("nodeport"), "-o", "json"],
  "migrate/iptables-to-nftables.txt": [
    "migrate",
    "--from-mode",
    "iptables",
    "--to-mode",
    "nftables",
    ...configured("loadbalancer-source-ranges"),
  ],
  "migrate/ipvs-to-nftables.txt": [
    "migrate",
    "--from-mode",
    "ipvs",
    "--to-mode",
    "nftables",
    ...configured("session-affinity-local"),
  ],
  "migrate/releases.txt": [
    "migrate",
    "--from-version",
    "1.29",
    "--to-version",
    "1.36",
    ...configured("loadbalancer-ipmode-proxy"),
  ],
};

describe("golden texts", () => {
  test.each(Object.entries(GOLDENS))("%s is what the command prints", async (file, argv) => {
    const { code, out, err } = await svcrules(argv);
    expect({ err, isAnswer: code < 2 }).toEqual({ err: "", isAnswer: true });
    const path = join(GOLDEN, file);
    if (process.env["UPDATE_GOLDEN"]) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, out);
    }
    expect(out).toBe(readFileSync(path, "utf8"));
  });

  test("are each printed by a command", () => {
    const files = ["explain", "trace", "migrate"].flatMap((folder) =>
      existsSync(join(GOLDEN, folder)) ? readdirSync(join(GOLDEN, folder)).map((name) => `${folder}/${name}`) : [],
    );
    expect(files.sort()).toEqual(Object.keys(GOLDENS).sort());
  });
});

interface TraceJSON {
  readonly outcomes: readonly { readonly probability: number }[];
  readonly paths: readonly { readonly probability: number }[];
}

/** In block and in flow style. */
const NAME = /^(?: {2}|metadata: {)name: ([\w-]+)/m;

/** Namespace and name of a few of the case's Services. */
function servicesOf(name: string): string[] {
  const text = readFileSync(join(RECORDED, manifests(name)), "utf8");
  return text
    .split(/^---$/m)
    .filter((document) => /^kind: Service$/m.test(document))
    .map((d) => `${/^(?: {2}|metadata: {.*)namespace: ([\w-]+)/m.exec(d)?.[1] ?? "default"}/${NAME.exec(d)![1]}`)
    .slice(0, 3);
}

describe.each(["iptables", "ipvs", "nftables"])("in mode %s", (mode) => {
  test.each(sweep(recordedCases(), 6))(
    "every question about $name has an answer whose shares sum to one",
    async ({ name, node }) => {
      const options = [...configured(name), "--mode", mode, ...(node === "" ? [] : ["--node", node])];
      for (const service of servicesOf(name)) {
        const explained = await svcrules(["explain", service, ...options]);
        expect({ ...explained, out: "" }).toEqual({ code: 0, out: "", err: "" });
        expect(explained.out).toContain(`Service ${service}`);
        const traced = await svcrules(["trace", "--from", "outside", "--to", service, ...options, "-o", "json"]);
        if (traced.code === 2) {
          expect(traced.err).toMatch(/say which port|has no IPv|has no ports|has no port/);
          continue;
        }
        const { outcomes, paths } = JSON.parse(traced.out) as TraceJSON;
        for (const list of [outcomes, paths])
          expect(list.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
      }
    },
  );
});

describe("what is not there", () => {
  test.each([
    [["explain", "default/wbe", manifests("nodeport")], "did you mean default/web?"],
    [["explain", "shop/web", manifests("nodeport")], "did you mean default/web?"],
    [["trace", "--from", "p-00", "--to", "web:http", manifests("nodeport")], "did you mean"],
    [["trace", "--from", "p-0", "--to", "web:htpp", manifests("nodeport")], "its ports: http 80/TCP, quic 80/UDP"],
    [["trace", "--from", "p-0", "--to", "10.96.0.50", manifests("nodeport")], "the port is missing"],
    [["trace", "--from", "p-0", "--to", "[fd00::1]:80", manifests("nodeport")], "has no IPv6 address"],
    [["migrate", manifests("nodeport")], "say what changes"],
    [["migrate", "--to-mode", "nftable", manifests("nodeport")], "did you mean nftables?"],
  ])("%j ends with a hint and exit code 2", async (argv, hint) => {
    const { code, out, err } = await svcrules(argv);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(hint);
  });

  test("a chain of nobody is said to be so", async () => {
    const { code, out } = await svcrules(["explain", "KUBE-SVC-AAAAAAAAAAAAAAAA", manifests("nodeport"), "-q"]);
    expect(code).toBe(0);
    expect(out).toContain("belongs to nobody that the input or the captures name");
  });
});

describe("captures", () => {
  test("answer without any object: the owner of a chain is told by comments", async () => {
    const capture = "nodes/clean-1000/node.txt";
    const text = readFileSync(join(RECORDED, capture), "utf8");
    const [, chain, name] = /-A (KUBE-SEP-\S+) .*--comment "?([a-z0-9-]+\/[a-z0-9:-]+)"? .*DNAT/.exec(text)!;
    const { code, out } = await svcrules(["explain", chain!, "--on", capture, "-q"]);
    expect(code).toBe(0);
    expect(out.replace(/\s+/g, " ")).toContain(`of service port ${name}`);
  });

  test("with foreign rules that cannot be decided make the outcome unknown and name the rule", async () => {
    const { code, out } = await svcrules([
      "trace",
      "--from",
      "198.51.100.7",
      "--to",
      "10.96.0.1:443",
      "nodes/foreign-1010/manifests.yaml",
      "--on",
      "nodes/foreign-1010/node.txt",
      "-q",
      "-o",
      "json",
    ]);
    expect(code).toBe(0);
    const { outcomes } = JSON.parse(out) as TraceJSON;
    expect(outcomes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
  });
});
