/** Archives that are made to fill memory, of every kind: packing and unpacking them takes a machine half a minute. */
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import { Readable } from "node:stream";
import { afterAll, describe, expect, test } from "@jest/globals";
import { zipSync } from "fflate";
import { pack } from "tar-stream";
import { createWrittenInputs } from "../../lib/testing/written-inputs.js";

const MB = 1 << 20;
const inputs = createWrittenInputs();
afterAll(inputs.remove);
const { write, messages } = inputs;

const blanks = function* (megabytes: number) {
  const piece = Buffer.alloc(MB, " ");
  for (let i = 0; i < megabytes; i++) yield piece;
};

describe("what expands to far more than it is", () => {
  const TRAP = /more than 400 times its size|a small part of it expands to more than 256 MB/;

  test("is left early as gzip and as tar.gz", async () => {
    const plain = await buffer(Readable.from(blanks(140)).pipe(createGzip()));
    const archive = pack();
    archive.entry({ name: "blanks.yaml" }, Buffer.alloc(140 * MB, " "));
    archive.finalize();
    const packed = await buffer(archive.pipe(createGzip()));
    for (const file of [write("blanks.yaml.gz", plain), write("blanks.tar.gz", packed)]) {
      const { sources, said } = await messages(file);
      expect([sources, said.length]).toEqual([[], 1]);
      expect(said[0]).toMatch(TRAP);
    }
  });

  test("is left early as xz, zstd and zip", async () => {
    const zip = zipSync({ "blanks.yaml": Buffer.alloc(140 * MB, " ") });
    for (const file of ["fixtures/bombs/blanks.yaml.xz", "fixtures/bombs/blanks.yaml.zst", write("blanks.zip", zip)]) {
      const { sources, said } = await messages(file.startsWith("/") ? file : join(process.cwd(), file));
      expect([sources, said.length]).toEqual([[], 1]);
      expect(said[0]).toMatch(TRAP);
    }
  });
});
