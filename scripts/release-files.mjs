// Packs dist/binary for this platform, and writes the checksums and the krew manifest of every archive in a folder:
//   node scripts/release-files.mjs FOLDER URL
// URL: where the archives are going to be. Run it on each platform with the same folder, or gather the archives in one.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { dump, load } from "js-yaml";

const [folder, url] = process.argv.slice(2);
if (folder === undefined || url === undefined) throw new Error("usage: node scripts/release-files.mjs FOLDER URL");
const target = resolve(folder);
process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

/** Node's names of platforms as krew has them. */
const OS = { linux: "linux", darwin: "darwin", win32: "windows" };
const ARCH = { x64: "amd64", arm64: "arm64" };

function pack() {
  const name = `svcrules-${version}-${OS[process.platform]}-${ARCH[process.arch]}.tar.gz`;
  const files = readdirSync("dist/binary");
  const { status, stderr } = spawnSync("tar", ["-czf", join(target, name), "-C", "dist/binary", ...files]);
  if (status !== 0) throw new Error(stderr.toString());
}

const sha256 = (name) =>
  createHash("sha256")
    .update(readFileSync(join(target, name)))
    .digest("hex");

mkdirSync(target, { recursive: true });
if (existsSync("dist/binary")) pack();
const archives = readdirSync(target)
  .filter((name) => name.endsWith(".tar.gz"))
  .sort();
writeFileSync(join(target, "SHA256SUMS"), archives.map((name) => `${sha256(name)}  ${name}\n`).join(""));

const plugin = load(readFileSync("deploy/krew/svcrules.yaml", "utf8").replaceAll("VERSION", version));
plugin.spec.platforms = archives.map((name) => {
  const [, os, arch] = /-(linux|darwin|windows)-(amd64|arm64)\.tar\.gz$/.exec(name) ?? [];
  if (os === undefined) throw new Error(`${name}: not an archive of a platform`);
  const bin = os === "windows" ? "svcrules.exe" : "svcrules";
  return {
    selector: { matchLabels: { os, arch } },
    uri: `${url.replace(/\/$/, "")}/${name}`,
    sha256: sha256(name),
    files: ["svcrules", "LICENSE", "LICENSES.txt"].map((file) => ({ from: file === "svcrules" ? bin : file, to: "." })),
    bin,
  };
});
writeFileSync(join(target, "svcrules.yaml"), dump(plugin, { lineWidth: 120 }));
process.stdout.write([...archives, "SHA256SUMS", "svcrules.yaml"].join("\n") + "\n");
