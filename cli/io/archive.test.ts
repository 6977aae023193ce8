/** Archives that are made to fill memory, and what is told instead of opened. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "@jest/globals";
import { zipSync } from "fflate";
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

describe("entries of a tar that are not read", () => {
  test("are told where they lead out or are sparse, each kind of link is passed over, and a flood of them is counted", async () => {
    const archive = pack();
    archive.entry({ name: "../up.yaml" }, "x");
    archive.entry({ name: "sparse.yaml" }, "x");
    archive.entry({ name: "link.yaml", type: "symlink", linkname: "/etc/passwd" });
    for (let i = 0; i < 30; i++) archive.entry({ name: `/abs-${i}.yaml` }, "x");
    archive.entry({ name: "a.yaml" }, "kind: List\n");
    archive.finalize();
    const bytes = await buffer(archive);
    const at = bytes.indexOf("sparse.yaml");
    bytes.write("S", at + 156);
    bytes.fill(" ", at + 148, at + 156);
    const sum = bytes.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
    bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, at + 148, "latin1");
    const { sources, said } = await messages(write("odd.tar", bytes));
    expect(sources).toEqual(["odd.tar/a.yaml"]);
    expect(said.slice(0, 2)).toEqual([
      'warning entry "../up.yaml" leads out of the archive; passed over',
      'warning entry "sparse.yaml" is a sparse file, or of another kind that is not read; passed over',
    ]);
    expect([said.length, said.at(-1)]).toEqual([21, "warning 12 more entries passed over"]);
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

  const zipped = zipSync({
    "a.yaml": new TextEncoder().encode("kind: List\nitems: []\n".repeat(200)),
    "b.yaml": new Uint8Array(3),
  });
  const zip = (change: (bytes: Buffer) => Buffer | void) => {
    const bytes = Buffer.from(zipped);
    return change(bytes) ?? bytes;
  };
  const directoryAt = (bytes: Buffer) => bytes.readUInt32LE(bytes.length - 6);

  test.each([
    ["whose directory is missing", zip((bytes) => bytes.subarray(0, directoryAt(bytes))), "it is cut off or damaged"],
    ["whose end record is missing", zip((bytes) => bytes.subarray(0, -22)), "it is cut off or damaged"],
    [
      "without its second file",
      zip((bytes) =>
        Buffer.concat([
          bytes.subarray(0, bytes.indexOf("PK\u0003\u0004", 4, "latin1")),
          bytes.subarray(directoryAt(bytes)),
        ]),
      ),
      "it is cut off or damaged",
    ],
    [
      "whose checksum is another",
      zip((bytes) => void bytes.writeUInt8(bytes[directoryAt(bytes) + 16]! ^ 1, directoryAt(bytes) + 16)),
      "its entry a.yaml is damaged",
    ],
    [
      "that is encrypted",
      zip((bytes) => void bytes.writeUInt16LE(1, directoryAt(bytes) + 8)),
      "its entry a.yaml is encrypted",
    ],
    [
      "of another method",
      zip((bytes) => void [bytes.writeUInt16LE(14, 8), bytes.writeUInt16LE(14, directoryAt(bytes) + 10)]),
      "its entry a.yaml is packed in a way that is not read",
    ],
  ])("of zip %s is one error with the reason, and nothing of it is read", async (what, bytes, reason) => {
    const { sources, said } = await messages(write(`${what}.zip`, bytes));
    expect(sources).toEqual([]);
    expect(said).toEqual([expect.stringContaining(`cannot be read: ${reason}`)]);
  });

  test("of bzip2 is told with the program that reads it", async () => {
    const { said } = await messages(write("x.bz2", Buffer.from("BZh91AY&SY")));
    expect(said).toEqual([expect.stringContaining("bzip2 -dc FILE")]);
  });
});
