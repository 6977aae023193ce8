/** The package as a program imports it, from what `npm run build` made. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { ProxyMode } from "./config/proxy-config.js";
import * as library from "./index.js";
import { libraryExamples } from "./testing/package/examples.js";
import { makePackageFolder, type PackageFolder } from "./testing/package/package-folder.js";
import { ROOT } from "./testing/run-cli.js";

const { compile, diff, dns, doctor, endpoints, sourceFromText, tracer } = library;

const GUESTBOOK = join(ROOT, "fixtures/guestbook");
const dump = readFileSync(join(GUESTBOOK, "dump.yaml"), "utf8");
const capture = readFileSync(join(GUESTBOOK, "node-iptables.txt"), "utf8");
const sources = () => [sourceFromText("dump.yaml", dump)];

/** What the examples take as given. */
const GIVEN = `
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
const dumpFile = ${JSON.stringify(join(GUESTBOOK, "dump.yaml"))};
const dump = readFileSync(dumpFile, "utf8");
const iptablesSave = readFileSync(${JSON.stringify(join(GUESTBOOK, "node-iptables.txt"))}, "utf8");
const manifest = ["deployment", "service"]
  .map((name) => readFileSync(${JSON.stringify(join(ROOT, "fixtures/shop"))} + "/" + name + ".yaml", "utf8"))
  .join("\\n---\\n");
`;

let folder: PackageFolder;
beforeAll(() => {
  expect(existsSync(join(ROOT, "dist/lib/index.js"))).toBe(true);
  folder = makePackageFolder();
});
afterAll(() => folder.remove());

describe("an example of the documentation", () => {
  const examples = libraryExamples();
  test("stands at every function that answers a question", () => {
    const told = examples.map(({ code }) => code).join("\n");
    for (const name of ["compile", "compileChunks", "diff", "endpoints", "doctor", "dns", "tracer"])
      expect(told).toMatch(new RegExp(`\\b${name}\\(`));
  });

  const failures = new Map<string, string>();
  /** All in one process: starting Node takes longer than most of them. */
  beforeAll(() => {
    const programs = examples.map(({ at, code }) => {
      const name = `${at.replace(/\W/g, "-")}.mjs`;
      folder.write(name, `${GIVEN}\n${code}`);
      return [at, `./${name}`];
    });
    const runner = folder.write(
      "examples.mjs",
      `const failures = [];
for (const [at, program] of ${JSON.stringify(programs)})
  failures.push([at, await import(program).then(() => "", (error) => String(error?.stack))]);
console.log("\\n" + JSON.stringify(failures));`,
    );
    const { status, out, err } = folder.run(runner);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    for (const [at, failure] of JSON.parse(out.trim().split("\n").at(-1)!) as [string, string][])
      failures.set(at, failure);
  });

  test.each(examples.map((example) => [example.at, example.code] as const))("runs: %s", (at, code) => {
    expect(code).toContain('from "svcrules"');
    expect(failures.get(at)).toBe("");
  });
});

test("nothing is printed and nothing exits, whatever the input", () => {
  const program = folder.write(
    "silent.mjs",
    `${GIVEN}
import * as library from "svcrules";
const forbid = (name) => () => { throw new Error(name + " was called"); };
for (const name of Object.keys(console)) if (typeof console[name] === "function") console[name] = forbid("console." + name);
process.exit = forbid("process.exit");
process.stdout.write = forbid("process.stdout.write");
const stderr = process.stderr.write.bind(process.stderr);
process.stderr.write = forbid("process.stderr.write");
try {
  for (const text of [dump, manifest, "", "a: [", "\\u0000\\u001b[2J", "kind: Service", '{"kind":"List","items":[', iptablesSave]) {
    const sources = [library.sourceFromText("input", text)];
    const captures = [library.sourceFromText("capture", iptablesSave), library.sourceFromText("other", text)];
    for (const mode of ["iptables", "ipvs", "nftables", "userspace"]) {
      await library.compile(sources, { mode });
      await library.tracer(sources, { mode });
      [...(await library.diff(sources, captures, { mode })).patch()];
    }
    [...library.endpoints(sources).rows];
    library.doctor(sources, { captures });
    library.dns(sources);
  }
} catch (error) {
  stderr(String(error?.stack));
  process.exitCode = 1;
}
`,
  );
  expect(folder.run(program)).toEqual({ status: 0, out: "", err: "" });
});

describe("compile", () => {
  test("gives no text and an error for an artifact or a format that the mode does not have", async () => {
    const codesOf = async (options: library.CompileOptions) => {
      const { text, diagnostics } = await compile(sources(), options);
      expect(text).toBeUndefined();
      return diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code);
    };
    expect(await codesOf({ artifact: "nft" })).toEqual(["no-such-artifact"]);
    expect(await codesOf({ mode: "ipvs", artifact: "ipset", format: "save" })).toEqual(["no-such-artifact"]);
    expect(await codesOf({ format: "xml" as "json" })).toEqual(["no-such-artifact"]);
    expect(await codesOf({ node: "worker-7" })).toEqual(["unknown-node"]);
  });
});

describe("diff", () => {
  test("of what was compiled is empty, and its patch too", async () => {
    const node = "worker-1";
    const { text } = await compile(sources(), { node, format: "save" });
    const { report, patch, sections } = await diff(sources(), [sourceFromText("node.txt", text!)], { node });
    expect([report?.changes, [...patch()], sections()]).toEqual([[], [], []]);
  });

  test("reports what the command line reports, with the assumptions", async () => {
    const { report } = await diff(sources(), [sourceFromText("node-iptables.txt", capture)]);
    expect(report?.changes.map(({ kind, service }) => [kind, service])).toEqual([
      ["endpoint-missing", "guestbook/frontend"],
    ]);
    expect(report?.assumptions.length).toBeGreaterThan(0);
  });

  test("of a capture that holds nothing is an error in every mode, and no node that agrees", async () => {
    for (const mode of ["iptables", "ipvs", "nftables"])
      for (const text of ["", "\n", "no rules\n"]) {
        const { report, diagnostics } = await diff(sources(), [sourceFromText("node.txt", text)], {
          mode: mode as ProxyMode,
        });
        const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code);
        const { identical, coverage } = report!;
        expect([mode, identical, coverage.compared, errors.includes("capture-empty")]).toEqual([mode, false, 0, true]);
      }
  });

  test("leaves the sources alone between two captures", async () => {
    const before = [sourceFromText("before.txt", capture)];
    const { report } = await diff([sourceFromText("broken.yaml", "a: [")], before, { before });
    expect(report?.changes).toEqual([]);
  });
});

describe("other questions", () => {
  test("endpoints are filtered by service, and rows can be iterated again", () => {
    const { rows } = endpoints(sources(), { service: "guestbook/frontend" });
    expect(new Set([...rows].map(({ service }) => service))).toEqual(new Set(["guestbook/frontend"]));
    expect([...rows]).toEqual([...rows]);
  });

  test("a check that does not exist is an error", () => {
    const { report, diagnostics } = doctor(sources(), { checks: ["no-such-check"] });
    expect([report, diagnostics.map(({ message }) => message)]).toEqual([
      undefined,
      ['there is no check "no-such-check"'],
    ]);
  });

  test("a pod's own settings count when it looks a name up", () => {
    const { zone } = dns(sources());
    expect(zone?.resolve("frontend", "guestbook").outcome).toBe("resolved");
    expect(zone?.resolve("frontend", "default").outcome).not.toBe("resolved");
    expect([...(zone?.records() ?? [])].length).toBeGreaterThan(3);
  });

  test("a packet to a Service goes to its endpoints in equal shares, in every mode", async () => {
    const [row] = [...endpoints(sources(), { service: "guestbook/frontend" }).rows];
    const { cluster } = library.loadCluster(sources());
    const service = cluster.services.find(({ metadata }) => metadata.name === "frontend")!;
    for (const mode of ["iptables", "ipvs", "nftables"]) {
      const { trace } = await tracer(sources(), { mode: mode as ProxyMode, node: "worker-1" });
      const { outcomes } = trace!({
        protocol: "tcp",
        source: "10.244.250.9",
        destination: service.spec.clusterIP!,
        destinationPort: service.spec.ports![0]!.port!,
        arrival: { from: "pod" },
      });
      const shares = outcomes.map(({ outcome, probability }) => [outcome.kind, Math.round(probability * 1000) / 1000]);
      expect([mode, shares]).toEqual([mode, Array.from({ length: 3 }, () => ["endpoint", 0.333])]);
      expect(outcomes.some(({ outcome }) => outcome.kind === "endpoint" && outcome.port === row!.number)).toBe(true);
    }
  });
});
