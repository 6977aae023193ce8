import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { printDiagnostic } from "../../lib/diagnostics/print.js";
import { diffNode } from "../../lib/node/diff-node.js";
import { loadCluster } from "../../lib/pipeline/load.js";
import { locateDiagnostics } from "../../lib/readers/locate-diagnostics.js";
import { sourceFromText } from "../../lib/source/source.js";
import { sweep } from "../../lib/testing/fuzz/runs.js";
import { ROOT } from "../../lib/testing/run-cli.js";
import { keepFor, received, sendable } from "./node-result.js";

const NODES = join(ROOT, "golden/kube-proxy/nodes");
const MANIFESTS = join(NODES, "clean-1000/manifests.yaml");

const capture = (name: string) => readFileSync(join(NODES, name, "node.txt"), "utf8");
/** In the last table. */
const withUnreadableLine = (text: string) =>
  text.replace(/COMMIT\n(?!.*COMMIT\n)/s, ":KUBE-X - [0:0]\n-A KUBE-X ???\nCOMMIT\n");
const recordedNodeCluster = () =>
  loadCluster([sourceFromText("manifests.yaml", readFileSync(MANIFESTS, "utf8"))]).cluster;

/** So many that a thread starts before the main one has compared them all. */
const COUNT = 96;
let directory: string;
const path = (name: string) => join(directory, name);

const fileOf = (fleet: string, i: number) => path(`${fleet}-${String(i).padStart(2, "0")}.txt`);

/** Every third node with drift, one with a line that cannot be read. */
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-threads-"));
  const builder = new URL("../../scripts/build-program.mjs", import.meta.url).href;
  const { buildProgram } = (await import(builder)) as { buildProgram: (folder: string) => Promise<unknown> };
  await buildProgram(path("dist/cli"));
  writeFileSync(path("package.json"), '{"type": "module", "version": "0.0.0"}');
  for (let i = 0; i < COUNT; i++) {
    const text = capture(i % 3 === 0 ? "lb-ip-missing-1009" : "clean-1000");
    writeFileSync(fileOf("host", i), i === 7 ? withUnreadableLine(text) : text);
    // Of a fleet whose first node is as it should be, and most others alike.
    const time = `Fri Nov 27 10:${String(i % 60).padStart(2, "0")}:00 2026`;
    const like = capture(i % 5 === 3 ? "lb-ip-missing-1009" : "clean-1000");
    writeFileSync(fileOf("like", i), `${like}# Completed on ${time}\n`);
    const few = capture(i % 30 === 20 ? "lb-ip-missing-1009" : "clean-1000");
    writeFileSync(fileOf("few", i), `${few}# Completed on ${time}\n`);
    const many = i === 0 ? few : capture("lb-ip-missing-1009");
    writeFileSync(fileOf("many", i), `${many}# Node ${i}\n`);
  }
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function diff(output: string, fleet = "host") {
  const files = Array.from({ length: COUNT }, (_, i) => fileOf(fleet, i));
  const patches = path("patches");
  const target = output === "patch" ? ["--out", patches] : [];
  const argv = [path("dist/cli/main.js"), "diff", ...files, "--manifests", MANIFESTS, "--output", output, ...target];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: "utf8", maxBuffer: 2 ** 27 });
  if (output !== "patch") return { status, stdout, stderr };
  const written = readdirSync(patches).map((name) => `${name}\n${readFileSync(join(patches, name), "utf8")}`);
  rmSync(patches, { recursive: true });
  return { status, stdout: stdout + written.join(""), stderr };
}

describe("many nodes", () => {
  test.each(["text", "unified", "patch"] as const)("have results that pass between threads: %s", async (output) => {
    const cluster = recordedNodeCluster();
    const broken = sourceFromText("node.txt", withUnreadableLine(capture("lb-ip-missing-1009")));
    const result = keepFor(await diffNode(cluster, {}, [broken]), output);
    expect([result.report!.changes.length > 0, result.diagnostics.length > 0]).toEqual([true, true]);
    const sections = result.sections();
    const patch = [...result.patch()];
    expect([sections.length > 0, patch.length > 0]).toEqual([output === "unified", output === "patch"]);
    const { diagnostics, ...rest } = received(structuredClone(sendable(result)), [broken]);
    expect([rest.report, rest.sections(), [...rest.patch()]]).toEqual([result.report, sections, patch]);
    expect(diagnostics.map(printDiagnostic)).toEqual(locateDiagnostics(result.diagnostics).map(printDiagnostic));
  });

  test.each(sweep(["text", "jsonl", "unified", "patch"], 2))("are compared by threads as by one: %s", (output) => {
    const worker = path("dist/cli/diff-worker.js");
    const built = readFileSync(worker, "utf8");
    const marker = path(`marker-${output}`);
    writeFileSync(path("dist/cli/marker.js"), `require("node:fs").writeFileSync(${JSON.stringify(marker)}, "");\n`);
    writeFileSync(worker, `require("./marker.js");\n${built}`);
    const shared = diff(output);
    writeFileSync(worker, "throw new Error('a thread that dies');\n");
    const died = diff(output);
    rmSync(worker);
    const alone = diff(output);
    writeFileSync(worker, built);
    expect(alone.stdout).not.toBe("");
    expect(alone.stderr).toContain("host-07.txt");
    expect([shared, died]).toEqual([alone, alone]);
    expect(existsSync(marker)).toBe(true);
  });

  test("that are like the first have the results that one thread alone gives", () => {
    const { alone, shared } = watched("like");
    expect(alone.stdout.split("\n").filter((line) => line.includes('"identical":true'))).toHaveLength(77);
    expect(shared).toEqual(alone);
  });

  test("are left to the first thread where few have to be compared, and shared where many have to be", () => {
    const few = watched("few");
    expect(few.shared).toEqual(few.alone);
    expect(few.compared).toEqual([]);
    const many = watched("many");
    expect(many.shared).toEqual(many.alone);
    expect([many.handedBack.length > 0, many.compared.length > 0]).toEqual([true, true]);
    for (const indices of [few.handedBack, many.handedBack, many.compared])
      expect(new Set(indices).size).toBe(indices.length);
  });

  test.each(["handed back", "compared"])("have their results when a thread dies of which a node was %s", (what) => {
    const { alone, shared, handedBack, compared } = watched("many", what);
    expect(shared).toEqual(alone);
    expect((what === "compared" ? compared : handedBack).length).toBe(3);
  });
});

/** A fleet's diff by several threads and by one, and of which nodes the others told; `dying`: they end in telling it a third time. */
function watched(fleet: string, dying = "") {
  const worker = path("dist/cli/diff-worker.js");
  const built = readFileSync(worker, "utf8");
  const log = path(`told-${fleet}${dying}`);
  const watch = `
    const { parentPort } = require("node:worker_threads");
    const { appendFileSync } = require("node:fs");
    const post = parentPort.postMessage.bind(parentPort);
    let told = 0;
    parentPort.postMessage = (message) => {
      const what = message.result ? "compared" : "handed back";
      appendFileSync(${JSON.stringify(log)}, what + ": " + message.index + "\\n");
      if (what === ${JSON.stringify(dying)} && ++told === 3) process.exit(1);
      post(message);
    };`;
  // A thread may start when the first one is through.
  writeFileSync(log, "");
  writeFileSync(path("dist/cli/watch.js"), watch);
  writeFileSync(worker, `require("./watch.js");\n${built}`);
  const shared = diff("jsonl", fleet);
  rmSync(worker);
  const alone = diff("jsonl", fleet);
  writeFileSync(worker, built);
  const lines = readFileSync(log, "utf8").split("\n");
  // Neither killed nor ended by an error of the program.
  expect([shared.status, alone.status]).toEqual([1, 1]);
  const indices = (what: string) => lines.filter((line) => line.startsWith(what)).map((line) => line.split(": ")[1]);
  return { shared, alone, handedBack: indices("handed back"), compared: indices("compared") };
}
