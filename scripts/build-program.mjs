// Builds the command line as few files that load fast: the program's script, and the two that start it.
import { createHash } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { programOptions, starterOptions } from "./bundle-options.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));

/** Into the folder `outdir`; gives esbuild's list of what went into the script. */
export async function buildProgram(outdir) {
  const script = join(outdir, "run-script.js");
  const { metafile } = await build({ ...programOptions(root), outfile: script, metafile: true });
  const text = readFileSync(script);
  // A script with a code cache cannot import while it runs: code of ours is bundled, Node's is to be imported statically.
  if (/\bimport\(/.test(text.toString("latin1")))
    throw new Error(`${script} holds an import(): import modules of Node statically`);
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 16);
  await build({ ...starterOptions(root, digest, version), outdir, outbase: "cli" });
  writeFileSync(join(outdir, "package.json"), '{ "type": "commonjs" }\n');
  chmodSync(join(outdir, "main.js"), 0o755);
  return metafile;
}
