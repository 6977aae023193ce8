/** A bundle is an input of every command: a dump with captures. */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  linkSync,
  symlinkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { zipSync } from "fflate";
import { loadAll } from "js-yaml";
import { ROOT, runCli } from "../../lib/testing/run-cli.js";

const GUESTBOOK = join(ROOT, "fixtures/guestbook");

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "svcrules-bundle-"));
  const items = loadAll(readFileSync(join(GUESTBOOK, "dump.yaml"), "utf8")) as {
    kind: string;
    metadata?: { namespace?: string };
  }[];
  makeBundle("all", [], items);
  const isCollected = ({ metadata = {} }: (typeof items)[number]) =>
    metadata.namespace === undefined || metadata.namespace === "kube-system";
  makeBundle("some", ["kube-system"], items.filter(isCollected));
  spawnSync("tar", ["czf", "bundle.tar.gz", "all"], { cwd });
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function makeBundle(name: string, namespaces: readonly string[], items: readonly object[]): void {
  const root = join(cwd, name);
  mkdirSync(join(root, "cluster/after"), { recursive: true });
  mkdirSync(join(root, "nodes/worker-1"), { recursive: true });
  writeFileSync(join(root, "bundle.json"), JSON.stringify({ schema: "svcrules.dev/bundle/v1", namespaces }));
  writeFileSync(join(root, "cluster/after/all.json"), JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  cpSync(join(GUESTBOOK, "node-iptables.txt"), join(root, "nodes/worker-1/iptables-save.txt"));
}

const run = (...argv: string[]) => runCli(argv, { cwd });
const fromStdin = (...argv: string[]) => runCli(argv, { cwd, stdin: openSync(join(cwd, "bundle.tar.gz"), "r") });
const withoutPlaces = (text: string) => text.replace(/ *\S*iptables-save\.txt:\d+/g, "");

describe("a bundle", () => {
  test.each([
    ["explain", ["guestbook/frontend"], "one of 2 endpoints"],
    ["trace", ["--from", "outside", "--to", "guestbook/frontend:http"], "10.244.1.30:8080"],
    ["doctor", [], "guestbook"],
  ])("has captures that %s answers from", async (command, words, shown) => {
    const { out, err } = await run(command, ...words, "bundle.tar.gz");
    expect(err).toContain('rules are those that the bundle holds of node "worker-1" [rules-of-bundle]');
    expect(out).toContain(shown);
    expect(out).not.toContain("10.244.2.31:8080 33");
  });

  test("answers from compiled rules for a node that it holds no capture of", async () => {
    const { out, err } = await run("explain", "guestbook/frontend", "bundle.tar.gz", "--node", "worker-2");
    expect(err).not.toContain("rules-of-bundle");
    expect(out).toContain("one of 3 endpoints");
  });

  test.each([["compile"], ["endpoints"]])("has a dump that %s reads", async (command) => {
    const [of, plain] = [await run(command, "all", "-q"), await run(command, join(GUESTBOOK, "dump.yaml"), "-q")];
    expect([of.code, of.out]).toEqual([0, plain.out]);
  });

  test("has a dump that dns and migrate read, the one before among them", async () => {
    const dump = join(GUESTBOOK, "dump.yaml");
    const modes = ["--from-mode", "iptables", "--to-mode", "nftables"];
    for (const words of [
      ["dns", "frontend.guestbook"],
      ["migrate", ...modes],
    ]) {
      const [of, plain] = [await run(...words, "bundle.tar.gz", "-q"), await run(...words, dump, "-q")];
      expect([of.code, withoutPlaces(of.out)]).toEqual([plain.code, withoutPlaces(plain.out)]);
      expect(of.out).toContain("guestbook");
    }
  });

  test("has the captures of one node that doctor is asked about", async () => {
    const about = async (node: string) => {
      const { out } = await run("doctor", "bundle.tar.gz", "--node", node, "--output", "json", "-q");
      return out;
    };
    expect(await about("worker-1")).not.toBe(await about("worker-2"));
  });

  test("is compared from stdin as from a file", async () => {
    const [piped, named] = [await fromStdin("diff", "-"), await run("diff", "bundle.tar.gz")];
    expect([piped.code, withoutPlaces(piped.out)]).toEqual([1, withoutPlaces(named.out)]);
    expect((await fromStdin("compile", "-", "-q")).code).toBe(0);
  });

  test("of some namespaces has nothing to say of the others' Services", async () => {
    const { code, out } = await run("diff", "some");
    expect([code, out]).toEqual([0, expect.stringContaining("worker-1")]);
    expect(out).not.toContain("guestbook");
  });

  test("stays one when a Service is extracted, and again without names", async () => {
    const extracted = await run("extract", "--service", "guestbook/frontend", "bundle.tar.gz", "--out", "web/");
    expect([extracted.code, extracted.err]).toEqual([0, "note: 3 files written about guestbook/frontend\n"]);
    const kinds = async (path: string) => {
      const { out } = await run("diff", path, "--output", "json");
      return (JSON.parse(out) as { changes: { kind: string }[] }).changes.map(({ kind }) => kind);
    };
    expect(await kinds("web/svcrules-bundle")).toEqual(["endpoint-missing"]);
    expect((await run("anonymize", "web/", "--out", "anonymous/")).code).toBe(0);
    expect(await kinds("anonymous/svcrules-bundle")).toEqual(["endpoint-missing"]);
  });

  test("without the change that is to be kept gives no extract (extract-change-not-found)", async () => {
    const options = ["--service", "guestbook/frontend", "--for", "endpoint-stale", "--out", "stale/"];
    const { code, err } = await run("extract", ...options, "bundle.tar.gz");
    expect(code).toBe(2);
    expect(err).toContain("[extract-change-not-found]");
    expect(err).toContain("note: it reports: endpoint-missing");
  });
});

describe("a dump and a capture", () => {
  const verdict = "worker-1: 1 of 4 services hurt";
  beforeAll(() => {
    mkdirSync(join(cwd, "plain"));
    cpSync(join(GUESTBOOK, "dump.yaml"), join(cwd, "plain/dump.yaml"));
    cpSync(join(GUESTBOOK, "node-iptables.txt"), join(cwd, "plain/node-iptables.txt"));
    spawnSync("tar", ["czf", "plain.tgz", "-C", "plain", "dump.yaml", "node-iptables.txt"], { cwd });
    cpSync(join(cwd, "plain"), join(cwd, "packed"), { recursive: true });
    spawnSync("gzip", ["packed/dump.yaml", "packed/node-iptables.txt"], { cwd });
    mkdirSync(join(cwd, "archives"));
    cpSync(join(cwd, "plain.tgz"), join(cwd, "archives/plain.tgz"));
  });

  test.each(["plain", "plain.tgz", "packed", "archives"])("are found in %s", async (input) => {
    const { code, out } = await run("diff", input, "--node", "worker-1");
    expect([code, out.split("\n")[0]]).toEqual([1, expect.stringContaining(verdict)]);
  });

  test("are anonymized out of packed files, too", async () => {
    const { code, err } = await run("anonymize", "packed", "--out", "packed-anonymous");
    expect([code, err]).toEqual([0, expect.stringContaining("2 files written")]);
    expect((await run("diff", "packed-anonymous")).code).toBe(1);
  });

  test("packed inside of an archive are named and not opened, save captures", async () => {
    spawnSync("tar", ["czf", "nested.tgz", "packed"], { cwd });
    const { err } = await run("anonymize", "nested.tgz", "plain/dump.yaml", "--out", "nested-anonymous");
    expect(err).toContain("warning: nested.tgz/packed/dump.yaml.gz: archives inside an archive");
    expect(err).not.toContain("error");
  });

  test.each(["tgz", "zip"])(
    "in a %s beside captures that are compressed again are compared, those that cannot be expanded are named",
    async (form) => {
      mkdirSync(join(cwd, "again"), { recursive: true });
      for (const name of ["worker-1", "worker-2", "worker-3"])
        cpSync(join(GUESTBOOK, "node-iptables.txt"), join(cwd, `again/${name}.txt`));
      spawnSync("gzip", ["-f", "again/worker-2.txt"], { cwd });
      const names = ["worker-1.txt", "worker-2.txt.gz"];
      writeFileSync(join(cwd, "again/worker-3.txt.bz2"), "BZh91AY");
      names.push("worker-3.txt.bz2");
      if (form === "zip")
        writeFileSync(
          join(cwd, "again.zip"),
          zipSync(Object.fromEntries(names.map((name) => [name, readFileSync(join(cwd, "again", name))]))),
        );
      else spawnSync("tar", ["czf", "again.tgz", "-C", "again", ...names], { cwd });
      const told = `error: again.${form}/worker-3.txt.bz2: bzip2 is not read`;
      const compared = await run("diff", `again.${form}`, "--manifests", "plain/dump.yaml");
      expect(compared).toMatchObject({ code: 2, out: expect.stringContaining(verdict) });
      expect(compared.err).toContain(told);
      expect(compared.out).toContain("worker-2");
      const sides = await run("diff", "--before", `again.${form}`, "--after", "again");
      expect(sides).toMatchObject({ code: 2, err: expect.stringContaining(told) });
      const renamed = await run("anonymize", `again.${form}`, "plain/dump.yaml", "--out", `again-${form}`);
      expect(renamed).toMatchObject({ code: 2, err: expect.stringContaining("3 files written") });
      expect(renamed.err).toContain(told);
    },
  );

  test("are not written over by what becomes of them", async () => {
    const before = readFileSync(join(cwd, "plain/dump.yaml"), "utf8");
    for (const out of ["plain/dump.yaml", "./plain/../plain/dump.yaml"]) {
      const { code, err } = await run("anonymize", "plain/dump.yaml", "--out", out);
      expect([code, err]).toEqual([2, expect.stringContaining(`${out} is an input`)]);
    }
    expect((await run("anonymize", "plain", "--out", "plain/")).code).toBe(2);
    expect((await run("anonymize", "plain/dump.yaml", "--out", "o", "--map", "plain/dump.yaml")).code).toBe(2);
    // The name that the result gets is one that is there.
    writeFileSync(join(cwd, "objects-1.json"), before);
    expect((await run("anonymize", "objects-1.json", "--out", ".")).code).toBe(2);
    expect(readFileSync(join(cwd, "objects-1.json"), "utf8")).toBe(before);
    for (const words of [
      "compile plain/dump.yaml",
      "compile plain/dump.yaml -o html",
      "compile plain/dump.yaml -o json",
    ]) {
      const { code, err } = await run(...words.split(" "), "-q", "--out", "plain/dump.yaml");
      expect([words, code, err]).toEqual([
        words,
        2,
        expect.stringContaining("plain/dump.yaml is an input, which would be lost"),
      ]);
    }
    symlinkSync("plain", join(cwd, "way"));
    symlinkSync("plain/dump.yaml", join(cwd, "soft.yaml"));
    linkSync(join(cwd, "plain/dump.yaml"), join(cwd, "hard.yaml"));
    for (const name of ["way/dump.yaml", "soft.yaml", "hard.yaml"]) {
      for (const words of [
        ["plain/dump.yaml", "--out", name],
        [name, "--out", "plain/dump.yaml"],
        [name, "--report", "junit=plain/dump.yaml"],
      ])
        expect(await run("compile", "-q", ...words)).toMatchObject({
          code: 2,
          err: expect.stringContaining("is an input, which would be lost"),
        });
    }
    expect(readFileSync(join(cwd, "plain/dump.yaml"), "utf8")).toBe(before);
  });

  test("are not written over where they are found in a directory, or come on stdin", async () => {
    const texts = () =>
      ["dump.yaml", "node-iptables.txt"].map((name) => readFileSync(join(cwd, "plain", name), "utf8"));
    const before = texts();
    const stdin = openSync(join(cwd, "plain/dump.yaml"), "r");
    for (const words of [
      ["compile", "plain", "--out", "plain/dump.yaml"],
      ["compile", "plain", "--report", "junit=way/dump.yaml"],
      ["compile", "-", "--out", "hard.yaml"],
      ["compile", "plain", "--golden", "plain/dump.yaml", "--update"],
      ["diff", "plain", "--out", "plain/node-iptables.txt"],
      ["diff", "plain", "--out", "way/dump.yaml"],
    ])
      expect([words, await runCli([...words, "-q"], { cwd, stdin })]).toMatchObject([
        words,
        { code: 2, err: expect.stringContaining("is an input, which would be lost") },
      ]);
    expect(texts()).toEqual(before);
  });

  test("stay beside results that are written again", async () => {
    for (const words of ["compile plain -o json --out plain/rules.json", "compile plain --out plain/rules.yaml"])
      for (const code of [0, 0]) expect(await run(...words.split(" "), "-q")).toMatchObject({ code });
    rmSync(join(cwd, "plain/rules.yaml"));
    for (const code of [1, 1])
      expect(await run("diff", "plain", "-o", "json", "--out", "plain/report.json", "-q")).toMatchObject({ code });
    mkdirSync(join(cwd, "fleet"));
    for (const node of ["a", "b"]) cpSync(join(GUESTBOOK, "node-iptables.txt"), join(cwd, `fleet/${node}.txt`));
    const fleet = ["diff", "fleet", "--manifests", "plain/dump.yaml", "-o", "json", "--out", "fleet/report.json", "-q"];
    for (const code of [1, 1]) expect(await run(...fleet)).toMatchObject({ code });
    // Nothing is lost of what keeps nothing.
    const all = openSync("/dev/null", "r");
    expect(await runCli(["compile", "plain", "/dev/null", "--out", "/dev/null"], { cwd, stdin: all })).toMatchObject({
      code: 0,
    });
  });
});

describe("a support bundle", () => {
  const hosts = "support/host-collectors/run-host";
  const compared = async (...words: string[]) => {
    const { code, err, out } = await run("diff", ...words, "--manifests", join(GUESTBOOK, "dump.yaml"));
    return [code, /capture-(refused|empty)/.exec(err)?.[0], out.includes("nothing compared")];
  };

  test("of which one node gave no rules is not whole", async () => {
    mkdirSync(join(cwd, hosts), { recursive: true });
    cpSync(join(GUESTBOOK, "node-iptables.txt"), join(cwd, hosts, "worker-1.txt"));
    writeFileSync(join(cwd, hosts, "uptime.txt"), "up 2 days\n");
    const [code] = await compared("support");
    expect(code).toBeLessThan(2);
    for (const [text, told] of [
      ["Permission denied\n", "capture-refused"],
      ["", "capture-empty"],
    ] as const) {
      writeFileSync(join(cwd, hosts, "worker-2.txt"), text);
      expect(await compared("support")).toEqual([2, told, true]);
      expect(await compared(`${hosts}/worker-1.txt`, `${hosts}/worker-2.txt`)).toEqual([2, told, true]);
    }
  });
});

test("two bundles of several nodes are compared node by node", async () => {
  const rules = readFileSync(join(GUESTBOOK, "node-iptables.txt"), "utf8");
  for (const [time, text] of [
    ["b1", rules],
    ["b2", rules.replace("10.244.1.30:8080\n", "10.244.1.39:8080\n")],
  ] as const) {
    cpSync(join(cwd, "all"), join(cwd, time), { recursive: true });
    mkdirSync(join(cwd, time, "nodes/worker-2"));
    writeFileSync(join(cwd, time, "nodes/worker-2/iptables-save.txt"), text);
  }
  const { code, out } = await run("diff", "--before", "b1", "--after", "b2");
  expect([code, out.includes("1 node unchanged: worker-1"), out.includes("== worker-2")]).toEqual([1, true, true]);
  rmSync(join(cwd, "b2/nodes/worker-1"), { recursive: true });
  expect(await run("diff", "--before", "b1", "--after", "b2")).toMatchObject({
    code: 2,
    err: expect.stringContaining('captured only before, or only after: "worker-1"'),
  });
});

test("a dump's file with nothing but a refusal is told by diff and extract, and by name of a node compared as nothing", async () => {
  const dump = join(cwd, "own-dump");
  cpSync(join(ROOT, "fixtures/layouts/cluster-info-dump-json"), dump, { recursive: true });
  mkdirSync(join(dump, "rules"));
  const { out: rules } = await run("compile", "own-dump", "--node", "worker-1", "--format", "save", "-q");
  writeFileSync(join(dump, "rules/worker-1.txt"), rules);
  writeFileSync(join(dump, "host-b"), "Permission denied\n");
  for (const words of [
    ["diff", "own-dump"],
    ["extract", "own-dump", "--service", "frontend", "--out", "extracted"],
  ])
    expect(await run(...words)).toMatchObject({ code: 0, err: expect.stringContaining("[refusal-passed-over]") });
  writeFileSync(join(dump, "worker-2"), "Permission denied\n");
  expect(await run("diff", "own-dump")).toMatchObject({ code: 2, err: expect.stringContaining("[capture-refused]") });
});
