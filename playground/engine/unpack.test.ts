import { gzipSync, zipSync } from "fflate";
import { expect, test } from "@jest/globals";
import { pack } from "tar-stream";
import { unpack } from "./unpack.js";

const SERVICE = "kind: Service\n";
const bytes = (text: string) => new TextEncoder().encode(text);

async function tarOf(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const tar = pack();
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text);
  tar.finalize();
  const pieces: Uint8Array[] = [];
  for await (const piece of tar as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces);
}

test("manifests and captures come out of a packed tar, a zip and a compressed file", async () => {
  const tar = await tarOf({ "dump/web.yaml": SERVICE, "dump/node-iptables.txt": "*nat\n", "dump/logo.png": "x" });
  const zip = zipSync({ "web.yaml": bytes(SERVICE), "notes.md": bytes("x") });
  const { files, problems } = await unpack([
    { name: "b.tar.gz", bytes: gzipSync(tar) },
    { name: "m.zip", bytes: zip },
    { name: "web.yaml.gz", bytes: Buffer.concat([gzipSync(bytes("kind: ")), gzipSync(bytes("Service\n"))]) },
    { name: "plain.yaml", bytes: bytes(SERVICE) },
  ]);
  expect(problems).toEqual([]);
  expect(files).toEqual([
    { name: "b.tar.gz/dump/web.yaml", text: SERVICE },
    { name: "b.tar.gz/dump/node-iptables.txt", text: "*nat\n" },
    { name: "m.zip/web.yaml", text: SERVICE },
    { name: "web.yaml", text: SERVICE },
    { name: "plain.yaml", text: SERVICE },
  ]);
});

test("UTF-16 is read as the command line does", async () => {
  const little = Buffer.from("\ufeffkind: Service\n", "utf16le");
  const { files, problems } = await unpack([
    { name: "little.yaml", bytes: little },
    { name: "big.yaml", bytes: Buffer.from(little).swap16() },
    { name: "packed.yaml.gz", bytes: gzipSync(little) },
  ]);
  expect(problems).toEqual([]);
  expect(files.map(({ text }) => text)).toEqual([SERVICE, SERVICE, SERVICE]);
});
