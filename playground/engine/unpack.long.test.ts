import { expect, test } from "@jest/globals";
import { gzipSync, zipSync } from "fflate";
import { unpack } from "./unpack.js";

const SERVICE = "kind: Service\n";
const bytes = (text: string) => new TextEncoder().encode(text);

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
