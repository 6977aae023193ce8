// Builds the command line as few files that load fast: the program's two scripts (program-parts.mjs), and the two that start them.
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { starterOptions } from "./bundle-options.mjs";
import { programScripts } from "./program-parts.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));

/** Into the folder `outdir`; gives esbuild's list of what went into the scripts. */
export async function buildProgram(outdir) {
  const { metafile, start, rest } = await programScripts(root);
  mkdirSync(outdir, { recursive: true });
  writeFileSync(join(outdir, "run-script.js"), start);
  writeFileSync(join(outdir, "rest-script.js"), rest);
  const digest = createHash("sha256").update(start).update(rest).digest("hex").slice(0, 16);
  await build({ ...starterOptions(root, digest, version), outdir, outbase: "cli" });
  writeFileSync(join(outdir, "package.json"), '{ "type": "commonjs" }\n');
  chmodSync(join(outdir, "main.js"), 0o755);
  return metafile;
}
