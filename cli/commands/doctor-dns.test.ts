import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { run } from "../run.js";

const FIXTURES = fileURLToPath(new URL("../../fixtures/", import.meta.url));
const STORY = join(FIXTURES, "stories/short-name-in-another-namespace/cluster.yaml");
const COLLISION = join(FIXTURES, "doctor/cluster-ip-collision/fires/input.yaml");
const HEALTHY = join(FIXTURES, "doctor/cluster-ip-collision/silent/input.yaml");

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-doctor-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const svcrules = (...argv: string[]) => svcrulesIn({}, ...argv);

async function svcrulesIn(env: Readonly<Record<string, string>>, ...argv: string[]): Promise<Outcome> {
  let out = "";
  let err = "";
  const code = await run(
    argv,
    {
      write: (text) => ((out += String(text)), true),
      warn: (text) => void (err += text),
      env,
      cwd: directory,
      programName: "svcrules",
      stdoutIsTerminal: false,
      stderrIsTerminal: false,
      columns: 100,
      stdin: 0,
    },
    "0.0.0",
  );
  return { code, out, err };
}

const ONLY = ["--check", "cluster-ip-collision", "-q"];

describe("svcrules doctor", () => {
  test("exits 1 with findings and 0 without, also when told so", async () => {
    expect((await svcrules("doctor", COLLISION, ...ONLY)).code).toBe(1);
    expect((await svcrules("doctor", HEALTHY, ...ONLY)).code).toBe(0);
    expect((await svcrules("doctor", COLLISION, ...ONLY, "--exit-zero")).code).toBe(0);
  });

  test("prints JSON with evidence in file and line", async () => {
    const { out } = await svcrules("doctor", COLLISION, ...ONLY, "-o", "json");
    expect(JSON.parse(out)).toMatchObject({
      schema: "svcrules.dev/doctor/v1",
      summary: { errors: 1, checks: 1 },
      findings: [
        {
          id: "cluster-ip-collision",
          severity: "error",
          object: "Service shop/b",
          evidence: [{ at: { file: COLLISION, line: 8 } }, {}],
        },
      ],
    });
  });

  test("reports only what is new against a baseline", async () => {
    expect(await svcrules("doctor", COLLISION, ...ONLY, "--write-baseline", "known.json")).toMatchObject({
      code: 0,
      out: "",
    });
    expect(JSON.parse(readFileSync(join(directory, "known.json"), "utf8"))).toMatchObject({
      findings: [expect.stringContaining("Service shop/b")],
    });
    expect((await svcrules("doctor", COLLISION, ...ONLY, "--baseline", "known.json")).code).toBe(0);
  });

  test("leaves out what options and svcrules.yaml name", async () => {
    expect((await svcrules("doctor", COLLISION, ...ONLY, "--ignore", "cluster-ip-collision:Service shop/*")).code).toBe(
      0,
    );
    writeFileSync(
      join(directory, "quiet.yaml"),
      "doctor:\n  ignore:\n    - check: cluster-ip-collision\n      object: Service shop/b\n",
    );
    expect(await svcrules("doctor", COLLISION, ...ONLY, "--config", "quiet.yaml")).toMatchObject({
      code: 0,
      out: expect.stringContaining("1 suppressed"),
    });
  });

  test("finds the baseline beside the configuration, and refuses a configuration that is wrong", async () => {
    mkdirSync(join(directory, "ci"));
    await svcrules("doctor", COLLISION, ...ONLY, "--write-baseline", "ci/old.json");
    writeFileSync(join(directory, "ci/svcrules.yaml"), "doctor: { baseline: old.json }\n");
    expect((await svcrules("doctor", COLLISION, ...ONLY, "--config", "ci")).code).toBe(0);
    writeFileSync(join(directory, "ci/svcrules.yaml"), "doctor: { baseline: gone.json }\n");
    expect(await svcrules("doctor", COLLISION, ...ONLY, "--config", "ci/svcrules.yaml")).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("cannot read ci/gone.json"),
    });
    writeFileSync(join(directory, "ci/svcrules.yaml"), "doctor:\n  ignore: [cluster-ip-colision]\n");
    expect(await svcrules("doctor", COLLISION, ...ONLY, "--config", "ci")).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("did you mean cluster-ip-collision?"),
    });
  });

  test("reads captures of a node and says what it cannot read", async () => {
    const capture = join(FIXTURES, "doctor/kube-jumps-missing/fires/node.txt");
    expect((await svcrules("doctor", HEALTHY, "--on", capture, "-q")).out).toContain("[kube-jumps-missing]");
    writeFileSync(join(directory, "broken.txt"), "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING ???\nCOMMIT\n");
    expect((await svcrules("doctor", HEALTHY, "--on", "broken.txt", "--on", "nope.txt")).code).toBe(2);
  });

  test("ends with 2 where it read nothing of a node, after its report on objects", async () => {
    writeFileSync(join(directory, "refused.txt"), "iptables-save: Permission denied (you must be root)\n");
    const refused = await svcrules("doctor", HEALTHY, "--on", "refused.txt");
    expect(refused).toMatchObject({ code: 2, out: (await svcrules("doctor", HEALTHY)).out });
    expect(refused.err).toContain("refused.txt:1: error: the tool gave no rules here");
    const capture = join(FIXTURES, "doctor/kube-jumps-missing/fires/node.txt");
    const beside = await svcrules("doctor", HEALTHY, "--on", "refused.txt", "--on", capture);
    expect(beside).toMatchObject({ code: 1, err: expect.stringContaining("refused.txt:1: warning: the tool gave") });
  });

  test("takes captures alone", async () => {
    const capture = join(FIXTURES, "doctor/forward-policy-drop/fires/node.txt");
    expect(await svcrules("doctor", "--on", capture, "-q")).toMatchObject({
      code: 1,
      out: expect.stringContaining("[forward-policy-drop]"),
    });
  });

  test("takes mode userspace as a finding", async () => {
    writeFileSync(
      join(directory, "proxy.yaml"),
      "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: userspace\n",
    );
    expect((await svcrules("doctor", HEALTHY, "proxy.yaml", "-q")).out).toContain("mode userspace was removed in 1.26");
  });

  test("writes the reports that check writes", async () => {
    await svcrules("doctor", COLLISION, ...ONLY, "--report", "sarif=out.sarif", "--report", "junit=out.xml");
    const sarif = JSON.parse(readFileSync(join(directory, "out.sarif"), "utf8")) as { runs: { results: object[] }[] };
    expect(sarif.runs[0]!.results).toContainEqual(
      expect.objectContaining({ ruleId: "cluster-ip-collision", level: "error" }),
    );
    expect(readFileSync(join(directory, "out.xml"), "utf8")).toContain("cluster-ip-collision");
  });

  test("writes no baseline in CI", async () => {
    const { code, err } = await svcrulesIn({ CI: "true" }, "doctor", COLLISION, ...ONLY, "--write-baseline", "ci.json");
    expect([code, err.includes("nothing is written in CI")]).toEqual([2, true]);
  });

  test("lists its checks", async () => {
    expect((await svcrules("doctor", "--list")).out).toMatch(/^cluster-dns-without-endpoints +error /);
  });

  test.each([
    [["doctor", HEALTHY, "--check", "cluster-ip-colision"], "did you mean cluster-ip-collision?"],
    [["doctor", HEALTHY, "--ignore", "nope"], 'there is no check "nope"'],
    [["doctor", HEALTHY, "--baseline", "missing.json"], "cannot read missing.json"],
    [["doctor", HEALTHY, "--baseline", HEALTHY], "the baseline is not JSON"],
    [["doctor", "missing/"], "missing/"],
  ])("%j ends with 2", async (argv, message) => {
    const { code, err } = await svcrules(...argv);
    expect([code, err.includes(message)]).toEqual([2, true]);
  });
});

describe("svcrules dns", () => {
  test("prints a zone that starts with its SOA", async () => {
    const { code, out } = await svcrules("dns", STORY, "-q");
    const lines = out.split("\n").filter((line) => !line.startsWith(";"));
    expect([code, lines[0]]).toEqual([
      0,
      "cluster.local. 30 IN SOA ns.dns.cluster.local. hostmaster.cluster.local. 1 7200 1800 86400 30",
    ]);
    expect(lines).toContain(
      "_http._tcp.payments.production.svc.cluster.local. 30 IN SRV 0 100 80 payments.production.svc.cluster.local.",
    );
  });

  test("prints the zone as JSON", async () => {
    const { out } = await svcrules("dns", STORY, "-q", "-o", "json");
    expect(JSON.parse(out)).toMatchObject({ schema: "svcrules.dev/dns/v1", domain: "cluster.local" });
    expect((JSON.parse(out) as { records: object[] }).records).toContainEqual({
      name: "payments.production.svc.cluster.local.",
      type: "A",
      ttl: 30,
      address: "10.96.0.21",
      from: "Service production/payments",
    });
  });

  test("asks the server one question", async () => {
    const name = "payments.production.svc.cluster.local";
    expect(await svcrules("dns", name, STORY, "-q")).toMatchObject({
      code: 0,
      out: expect.stringContaining("IN A 10.96.0.21"),
    });
    expect((await svcrules("dns", name, STORY, "-q", "--type", "mx")).code).toBe(1);
    expect((await svcrules("dns", `nope.${name}`, STORY, "-q")).out).toContain("NXDOMAIN");
    const answers = JSON.parse(
      (await svcrules("dns", name, "--manifests", STORY, "-q", "-o", "json", "--type", "A")).out,
    ) as object[];
    expect(answers).toMatchObject([{ status: "NOERROR", answers: [{ address: "10.96.0.21" }] }]);
  });

  test("resolves as a pod, a workload or a plain pod of a namespace would", async () => {
    for (const from of ["staging/caller-66f8-aaaaa", "staging/caller", "staging"]) {
      expect((await svcrules("dns", "payments.production", "--from", from, STORY, "-q")).code).toBe(0);
      expect((await svcrules("dns", "payments", "--from", from, STORY, "-q")).code).toBe(1);
    }
    const told = JSON.parse(
      (await svcrules("dns", "payments.production", "--from", "staging", STORY, "-q", "-o", "json")).out,
    ) as object;
    expect(told).toMatchObject({
      outcome: "resolved",
      answeredBy: "payments.production.svc.cluster.local.",
      steps: [{}, { search: "svc.cluster.local" }],
    });
  });

  test("takes the node's search list", async () => {
    writeFileSync(
      join(directory, "resolv.conf"),
      "# node\nnameserver 192.168.0.1\nsearch corp.example lab.example\noptions timeout:1\n",
    );
    const { out } = await svcrules("dns", "x.y", "--from", "staging", STORY, "-q", "--resolv-conf", "resolv.conf");
    expect(out).toContain("x.y.corp.example.");
  });

  test.each([
    [["dns", "web", "--from", "staging/callr-66f8-aaaaa", STORY], "did you mean staging/caller-66f8-aaaaa?"],
    [["dns", "web", "--type", "zzz", STORY], "--type zzz: not one of"],
    [["dns", "web", "--from", "a", "missing.yaml"], "missing.yaml"],
    [["dns", "web", "--resolv-conf", "missing.conf", STORY], "missing.conf cannot be read"],
  ])("%j ends with 2", async (argv, message) => {
    const { code, err } = await svcrules(...argv);
    expect([code, err.includes(message)]).toEqual([2, true]);
  });
});
