// Builds dist/: the library with its types (build-library.mjs), the command line (build-program.mjs) with its manual page and the licences
// of what is bundled in it, and the playground's page.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildLibrary } from "./build-library.mjs";
import { buildProgram } from "./build-program.mjs";
import { bundledPackages, licenceNotices } from "./licences.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

/** Runs Node with stdout and stderr on this process's stderr, or gives stdout. */
function node(args, stdout = 2) {
  const result = spawnSync(process.execPath, args, { stdio: ["ignore", stdout, "inherit"] });
  if (result.status !== 0) process.exit(result.status ?? 1);
  return result.stdout;
}

rmSync("dist", { recursive: true, force: true });
await buildLibrary();
const metafile = await buildProgram("dist/cli");
writeFileSync("dist/cli/LICENSES.txt", licenceNotices(bundledPackages(metafile)));
node(["scripts/make-code-cache.mjs"]);
mkdirSync("dist/man");
writeFileSync("dist/man/svcrules.1", node(["dist/cli/main.js", "__man"], "pipe"));
