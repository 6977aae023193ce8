import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import net from "node:net";
import dns from "node:dns";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { OLDEST_MINOR, oldestMinor, rangeText } from "../../lib/config/kube-version.js";
import { canonicalRules } from "../../lib/testing/canonical-rules.js";
import { readRecordedText } from "../../lib/testing/recorded-cases.js";
import { outside, runCli } from "../../lib/testing/run-cli.js";

const CASE = "golden/kube-proxy/cases/loadbalancer";
const GIVEN = [`${CASE}/manifests.yaml`, "--proxy-config", `${CASE}/kube-proxy.yaml`, "--node", "node-1"];

let directory: string;
beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), "svcrules-compile-"))));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(directory, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  clusterIP: 10.96.0.10
  selector: {app: web}
  ports:
  - port: 80
`;

describe("compile", () => {
  test("prints the recorded text", async () => {
    const { code, out } = await runCli(["compile", ...GIVEN]);
    const want = readRecordedText("loadbalancer", "iptables", "iptables-restore", 36)!;
    expect(code).toBe(0);
    expect(canonicalRules(out.split("\n"))).toEqual(canonicalRules(want.split("\n")));
  });

  test("gives the same bytes whatever the order of files and arguments", async () => {
    const [a, b] = [
      write("order/a.yaml", SERVICE),
      write("order/b.yaml", SERVICE.replaceAll("web", "api").replace(".10", ".11")),
    ];
    const first = await runCli(["compile", a, b, "-q"]);
    const second = await runCli(["compile", b, a, "-q"]);
    const third = await runCli(["compile", join(directory, "order"), "-q"]);
    expect(first.code).toBe(0);
    expect(second.out).toBe(first.out);
    expect(third.out).toBe(first.out);
  });

  test("reads ./manifests when no input is named", async () => {
    write("project/manifests/web.yaml", SERVICE);
    const { code, out } = await runCli(["compile", "-q"], { cwd: join(directory, "project") });
    expect(code).toBe(0);
    expect(out).toContain("default/web has no endpoints");
  });

  test.each([[["compile", "-", "-q"]], [["compile", "-q", "-"]]])("reads stdin for - in %j", async (argv) => {
    const fd = openSync(write("stdin.yaml", SERVICE), "r");
    try {
      const { code, out } = await runCli(argv, { stdin: fd });
      expect(code).toBe(0);
      expect(out).toContain("default/web has no endpoints");
    } finally {
      closeSync(fd);
    }
  });

  test("without input and without ./manifests says what to give", async () => {
    mkdirSync(join(directory, "nothing"), { recursive: true });
    const { code, out, err } = await runCli(["compile"], { cwd: join(directory, "nothing") });
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("./manifests does not exist");
  });

  test.each([
    ["a directory that is not there", () => ["compile", "nope/"], "nope/"],
    ["an empty directory", () => ["compile", mkdtempSync(join(directory, "empty-"))], "[no-objects]"],
    ["a binary file", () => ["compile", write("binary.yaml", "\u0000\u0001\u0002")], "[binary-file]"],
    ["a broken file among good ones", brokenDirectory, "broken.yaml:2:"],
    [
      "a node that is not in the input",
      () => ["compile", `${CASE}/manifests.yaml`, "--node", "node-11"],
      "did you mean node-1?",
    ],
    ["an old release", () => ["compile", `${CASE}/manifests.yaml`, "--kube-version", "1.20"], rangeText(OLDEST_MINOR)],
    [
      "ipvs before 1.31",
      () => ["compile", `${CASE}/manifests.yaml`, "--mode", "ipvs", "--kube-version", "1.30"],
      rangeText(oldestMinor("ipvs")),
    ],
    ["mode userspace", () => ["compile", `${CASE}/manifests.yaml`, "--mode", "userspace"], "1.26"],
    ["mode kernelspace", () => ["compile", `${CASE}/manifests.yaml`, "--mode", "kernelspace"], "Windows"],
    [
      "another mode's artifact",
      () => ["compile", `${CASE}/manifests.yaml`, "--artifact", "ipset"],
      "mode iptables has no artifact ipset",
    ],
    ["an unknown option", () => ["compile", `${CASE}/manifests.yaml`, "--nodee", "x"], "did you mean --node?"],
    ["an unknown command", () => ["compiel"], "did you mean compile?"],
    [
      "a field that changes no rules",
      () => ["compile", `${CASE}/manifests.yaml`, "--set", "iptables.masqueradAll=true"],
      "did you mean iptables.masqueradeAll?",
    ],
    [
      "a proxy configuration that is none",
      () => ["compile", `${CASE}/manifests.yaml`, "--proxy-config", `${CASE}/manifests.yaml`],
      "[no-proxy-configuration]",
    ],
  ])("of %s exits with 2, says why and prints nothing to stdout", async (_what, argv, said) => {
    const { code, out, err } = await runCli(argv());
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(said);
  });

  test("of a wrong proxy configuration says what is wrong, and not that there is none", async () => {
    const config = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nclusterCIDR: x\n";
    const file = write("wrong-config.yaml", config);
    const { code, err } = await runCli(["compile", `${CASE}/manifests.yaml`, "--proxy-config", file, "-q"]);
    expect(code).toBe(2);
    expect(err).toContain("[proxy-configuration-invalid]");
    expect(err).not.toContain("no-proxy-configuration");
  });

  test("of two services with one cluster IP names both places", async () => {
    const file = write("clash.yaml", `${SERVICE}---\n${SERVICE.replace("name: web", "name: api")}`);
    const { code, out, err } = await runCli(["compile", file]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(/clash\.yaml:\d+:\d+: error:/);
    expect(err).toContain("10.96.0.10");
  });

  test("of a port out of range shows the line with a caret", async () => {
    const file = write("range.yaml", SERVICE.replace("port: 80", "port: 800000"));
    const { code, err } = await runCli(["compile", file]);
    expect(code).toBe(2);
    expect(err).toContain("range.yaml:9:11: error:");
    expect(err).toContain("  9 |   - port: 800000\n    |           ^^^^^^");
  });

  test("stops quietly when nobody reads its output any more", async () => {
    let chunks = 0;
    const { code, err } = await runCli(["compile", ...GIVEN, "-q"], { write: () => ++chunks < 1 });
    expect([code, err, chunks]).toEqual([0, "", 1]);
  });

  test("with --strict makes warnings errors", async () => {
    const file = write("strict.yaml", SERVICE.replace("spec:", "spec:\n  sessionAfinity: ClientIP"));
    expect((await runCli(["compile", file, "-q"])).code).toBe(0);
    const strict = await runCli(["compile", file, "--strict"]);
    expect([strict.code, strict.out]).toEqual([2, ""]);
    expect(strict.err).toContain("sessionAffinity");
  });

  test("with --out writes a file by itself or every artifact of both families to a directory", async () => {
    const file = join(directory, "out", "rules.txt");
    expect((await runCli(["compile", ...GIVEN, "-q", "--out", file])).code).toBe(0);
    expect(readFileSync(file, "utf8")).toMatch(/^\*filter\n/);
    const all = join(directory, "all") + "/";
    expect((await runCli(["compile", ...GIVEN, "-q", "--mode", "ipvs", "--out", all])).code).toBe(0);
    expect(readdirSync(all).sort()).toEqual(
      [
        "apply.sh",
        ...["addresses", "ipset", "iptables", "ipvsadm"].flatMap((a) => [`${a}.ipv4.txt`, `${a}.ipv6.txt`]),
      ].sort(),
    );
    expect((await runCli(["compile", ...GIVEN, "-q", "--mode", "nftables", "--out", all])).code).toBe(0);
    expect(readFileSync(join(all, "nft.ipv6.txt"), "utf8")).toContain("add table ip6 kube-proxy");
  });

  test("with --out to a place that cannot be written leaves nothing behind", async () => {
    const file = write("taken", "a file");
    const { code, err } = await runCli(["compile", ...GIVEN, "-q", "--out", join(file, "rules.txt")]);
    expect(code).toBe(2);
    expect(err).toContain("cannot write");
    expect(existsSync(join(directory, ".rules.txt"))).toBe(false);
  });

  test("with --service keeps to that service's rules, and says when it has none", async () => {
    const one = await runCli(["compile", ...GIVEN, "--service", "default/web", "-q"]);
    expect(one.out).toContain("default/web:http cluster IP");
    const none = await runCli(["compile", ...GIVEN, "--service", "default/wob"]);
    expect(none.err).toContain("did you mean default/web?");
  });

  test("with --format json names service and manifest line of each rule", async () => {
    const { code, out } = await runCli(["compile", ...GIVEN, "--format", "json", "-q"]);
    expect(code).toBe(0);
    const { tables } = JSON.parse(out) as {
      tables: { rules: { text: string; service?: string; at?: { line: number } }[] }[];
    };
    const rule = tables.flatMap((t) => t.rules).find((r) => r.text.includes("default/web:http cluster IP"))!;
    expect(rule.service).toBe("default/web");
    const manifest = readFileSync(join(process.cwd(), `${CASE}/manifests.yaml`), "utf8").split("\n");
    expect(manifest[rule.at!.line - 1]).toContain("name: http");
  });

  test.each(["iptables", "ipvs", "nftables"])("in mode %s makes no network call", async (mode) => {
    const refuse = () => {
      throw new Error("network call");
    };
    const spies = [
      jest.spyOn(net.Socket.prototype, "connect").mockImplementation(refuse),
      jest.spyOn(dns, "lookup").mockImplementation(refuse as never),
      jest.spyOn(outside, "fetch").mockImplementation(refuse as never),
    ];
    try {
      expect((await runCli(["compile", ...GIVEN, "--mode", mode, "-q"])).code).toBe(0);
      for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  });

  test("reads a file whose name begins with a dash behind --", async () => {
    const file = write("-x.yaml", SERVICE);
    const cwd = dirname(file);
    const { code, out } = await runCli(["compile", "-q", "--", "-x.yaml"], { cwd });
    expect({ code, out }).toEqual({ code: 0, out: (await runCli(["compile", "-q", "./-x.yaml"], { cwd })).out });
    expect((await runCli(["compile", "-q", "-x.yaml"], { cwd })).code).toBe(2);
  });

  test("echoes no control characters of the input", async () => {
    const file = write("escape.yaml", SERVICE.replace("port: 80", '"p\\u001b[31mort": 80'));
    const { code, err } = await runCli(["compile", file]);
    expect(code).toBe(2);
    expect(err).not.toContain("\u001b");
  });
});

function brokenDirectory(): string[] {
  write("mixed/good.yaml", SERVICE);
  write("mixed/broken.yaml", "kind: Service\n bad: [\n");
  return ["compile", join(directory, "mixed")];
}

describe("a selection", () => {
  test("of an input without any Service says what it holds; rules there are where a kube-proxy is configured", async () => {
    const directory = mkdtempSync(join(tmpdir(), "svcrules-no-services-"));
    const node = join(directory, "node.yaml");
    writeFileSync(node, "apiVersion: v1\nkind: Node\nmetadata: {name: node-1}\n");
    const bare = await runCli(["compile", node]);
    expect([bare.code, bare.out]).toEqual([2, ""]);
    expect(bare.err).toContain("the input holds no Service, so there are no rules for any; it holds 1 Node");
    const config = join(directory, "kube-proxy.yaml");
    writeFileSync(config, "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n");
    const configured = await runCli(["compile", node, "--proxy-config", config]);
    expect([configured.code, configured.out.includes(":KUBE-SERVICES")]).toEqual([0, true]);
    expect(configured.err).toContain("warning: the input holds no Service");
    rmSync(directory, { recursive: true });
  });

  test.each([
    [["--service", "wbe"], "did you mean default/web?"],
    [["-n", "defualt"], "did you mean default?"],
    [["-l", "app=nothing"], "no Service has labels that -l app=nothing selects"],
    [["-l", "a b"], '"a b" is no label selector'],
  ])("by %j of nothing is an error and prints nothing", async (words, said) => {
    const { code, out, err } = await runCli(["compile", `${CASE}/manifests.yaml`, "-q", ...words]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(said);
  });

  test("of a node's capture alone compiles nothing, and says what to do with it", async () => {
    const { code, out, err } = await runCli(["compile", "fixtures/guestbook/node-iptables.txt"]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(/svcrules diff fixtures\/guestbook\/node-iptables\.txt/);
  });

  test("by -A is every namespace, whatever -n says", async () => {
    const all = await runCli(["compile", `${CASE}/manifests.yaml`, "-q"]);
    expect((await runCli(["compile", `${CASE}/manifests.yaml`, "-q", "-n", "nope", "-A"])).out).toBe(all.out);
  });
});
