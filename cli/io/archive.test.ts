/** Archives that are made to fill memory, and what is told instead of opened. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "@jest/globals";
import { pack } from "tar-stream";
import { createWrittenInputs } from "../../lib/testing/written-inputs.js";
import { openInputs } from "./open-inputs.js";

const inputs = createWrittenInputs();
afterAll(inputs.remove);
const { write, messages } = inputs;

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
    const outer = write("outer.tar", await buffer(archive));
    const { sources, said } = await messages(outer);
    expect(sources).toEqual(["outer.tar/a.yaml"]);
    expect(said).toEqual([`warning ${outer}/inner.tar.gz: archives inside an archive are not opened`]);
  });

  test("is named when it is compressed twice", async () => {
    const twice = write("twice.yaml.gz.gz", gzipSync(gzipSync("kind: List\n")));
    const { sources, said } = await messages(twice);
    expect(sources).toEqual([]);
    expect(said).toEqual([`warning ${twice.replace(/\.gz$/, "")}: archives inside an archive are not opened`]);
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
    const { sources, diagnostics } = await openInputs([path], { cwd: "/", stdin: -1 }, {});
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
