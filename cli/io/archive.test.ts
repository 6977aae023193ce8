/** Archives that are made to fill memory, and what is told instead of opened. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { pack } from "tar-stream";
import { openInputs } from "./open-inputs.js";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-archive-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const write = (name: string, bytes: string | Uint8Array) => {
  writeFileSync(join(directory, name), bytes);
  return join(directory, name);
};
const open = (input: string, maxInputBytes?: number) =>
  openInputs([input], { cwd: "/", stdin: -1 }, maxInputBytes === undefined ? {} : { maxInputBytes });
const messages = async (input: string, maxInputBytes?: number) => {
  const { sources, diagnostics } = await open(input, maxInputBytes);
  return {
    sources: sources.map(({ name }) => name.replace(`${directory}/`, "")),
    said: diagnostics.map((d) => `${d.severity} ${d.message}`),
  };
};
describe("what expands to far more than it is", () => {
  test("is left when it comes to more than --max-input, counted over all archives", async () => {
    const text = Buffer.from(Array.from({ length: 100_000 }, (_, i) => `# ${i * 7919}\n`).join(""));
    const files = [write("a.yaml.gz", gzipSync(text)), write("b.yaml.gz", gzipSync(text))];
    const { sources, diagnostics } = await openInputs(
      files,
      { cwd: "/", stdin: -1 },
      { maxInputBytes: 1.5 * text.length },
    );
    expect(sources.map(({ name }) => name)).toEqual([files[0]!.replace(".gz", "")]);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      expect.stringMatching(/b\.yaml\.gz cannot be read: it expands to more than [\d.]+ MB; --max-input allows more/),
    ]);
  });
});

describe("an archive inside an archive", () => {
  test("is named and not opened, and the rest is read", async () => {
    const archive = pack();
    archive.entry({ name: "inner.tar.gz" }, gzipSync("x"));
    archive.entry({ name: "a.yaml" }, "kind: List\n");
    archive.finalize();
    const { sources, said } = await messages(write("outer.tar", await buffer(archive)));
    expect(sources).toEqual(["outer.tar/a.yaml"]);
    expect(said).toEqual([
      `warning ${join(directory, "outer.tar")}/inner.tar.gz: archives inside an archive are not opened`,
    ]);
  });

  test("is named when it is compressed twice", async () => {
    const { sources, said } = await messages(write("twice.yaml.gz.gz", gzipSync(gzipSync("kind: List\n"))));
    expect(sources).toEqual([]);
    expect(said).toEqual([`warning ${join(directory, "twice.yaml.gz")}: archives inside an archive are not opened`]);
  });
});

describe("another program's source inside an archive", () => {
  const chart = { "web/Chart.yaml": "name: web\n", "web/templates/a.yaml": "a: {{ b }}\n", "web/charts/db-1.tgz": "x" };
  const tarOf = async (entries: Record<string, string>) => {
    const archive = pack();
    for (const [name, text] of Object.entries(entries)) archive.entry({ name }, text);
    archive.finalize();
    return buffer(archive);
  };

  test("is told as a chart when Helm packed it, with all that is in it", async () => {
    const path = write("web-1.2.3.tgz", gzipSync(await tarOf(chart)));
    const { sources, diagnostics } = await open(path);
    expect(sources).toEqual([]);
    expect(diagnostics.map((d) => [d.code, d.severity, d.notes])).toEqual([
      ["unrendered-source", "warning", [`render it first: helm template ${path} | svcrules compile -`]],
    ]);
  });

  test("is told once each, and the rest is read", async () => {
    const rest = { "tf/main.tf": "x", "tf/vars.tf": "x", "js/a.jsonnet": "x", "svc.yaml": "kind: List\n" };
    const { sources, said } = await messages(write("all.tar", await tarOf({ ...chart, ...rest })));
    expect(sources).toEqual(["all.tar/svc.yaml"]);
    expect(said).toEqual(
      ["a Helm chart", "Jsonnet", "Terraform"].map((kind) => `warning this is ${kind}, not objects yet; passed over`),
    );
  });
});

describe("a damaged file", () => {
  test.each(["list.json.xz", "list.json.zst", "list.zip", "list.json.gz"])("that was %s is one error", async (name) => {
    const whole = readFileSync(join("fixtures/layouts/archives", name));
    const { said } = await messages(write(`cut-${name}`, whole.subarray(0, whole.length >> 1)));
    expect(said).toEqual([expect.stringMatching(/^error .*cannot be read: /)]);
  });

  test("of bzip2 is told with the program that reads it", async () => {
    const { said } = await messages(write("x.bz2", Buffer.from("BZh91AY&SY")));
    expect(said).toEqual([expect.stringContaining("bzip2 -dc FILE")]);
  });
});
