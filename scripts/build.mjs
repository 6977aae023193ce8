// Builds dist/: the library with its types (tsc), the command line (build-program.mjs) with its manual page and the licences
// of what is bundled in it, and the playground's page.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildProgram } from "./build-program.mjs";
import { bundledPackages, licenceNotices } from "./licences.mjs";
import { reachedFiles } from "./reached-files.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

/** Runs Node with stdout and stderr on this process's stderr, or gives stdout. */
function node(args, stdout = 2) {
  const result = spawnSync(process.execPath, args, { stdio: ["ignore", stdout, "inherit"] });
  if (result.status !== 0) process.exit(result.status ?? 1);
  return result.stdout;
}

/** Types keep what is said of each function; in the code as well it is a twentieth of the package. */
async function leaveOutComments(directory) {
  const paths = readdirSync(directory, { recursive: true }).filter((path) => path.endsWith(".js"));
  await build({
    entryPoints: paths.map((path) => `${directory}/${path}`),
    outdir: directory,
    outbase: directory,
    allowOverwrite: true,
    format: "esm",
    target: "node20",
    // Lines and names stay as they are, for who looks for the place of an error.
    minifySyntax: true,
    charset: "utf8",
    logLevel: "warning",
  });
}

/** Programs import the index alone: code and types that it does not come to are a sixth of the package. */
function leaveOutUnreached(directory) {
  const kept = new Set([".js", ".d.ts"].flatMap((ending) => reachedFiles(join(directory, `index${ending}`), ending)));
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !kept.has(path)) rmSync(path);
  }
}

rmSync("dist", { recursive: true, force: true });
node([fileURLToPath(new URL("bin/tsc", import.meta.resolve("typescript/package.json"))), "-p", "tsconfig.build.json"]);
leaveOutUnreached("dist/lib");
await leaveOutComments("dist/lib");
const metafile = await buildProgram("dist/cli");
writeFileSync("dist/cli/LICENSES.txt", licenceNotices(bundledPackages(metafile)));
node(["scripts/make-code-cache.mjs"]);
mkdirSync("dist/man");
writeFileSync("dist/man/svcrules.1", node(["dist/cli/main.js", "__man"], "pipe"));
