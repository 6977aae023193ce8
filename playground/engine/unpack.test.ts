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

test("what is too large, damaged or no text is told, and the rest is read", async () => {
  const zip = zipSync({ "web.yaml": bytes(SERVICE) });
  const { files, problems } = await unpack([
    { name: "bomb.gz", bytes: gzipSync(new Uint8Array(65 << 20)) },
    { name: "half.zip", bytes: zip.subarray(0, zip.length - 30) },
    { name: "half.gz", bytes: gzipSync(bytes(SERVICE.repeat(99))).subarray(0, 30) },
    { name: "logo.png", bytes: new Uint8Array(8) },
    { name: "web.yaml", bytes: bytes(SERVICE) },
  ]);
  expect(files).toEqual([{ name: "web.yaml", text: SERVICE }]);
  expect(problems).toEqual([
    "bomb.gz cannot be read: it expands to more than 64 MB; the command line reads larger ones",
    "half.zip cannot be read: it is cut off or damaged",
    "half.gz cannot be read: it is damaged or cut off",
    "logo.png: it is neither text nor a tar, gzip or zip archive",
  ]);
});
