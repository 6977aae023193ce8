// npm run check:release -- 1.38 DIR
// Which features explain the recorded texts of a new Kubernetes minor; CONTRIBUTING.md has the recipe.
import { mkdirSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const project = fileURLToPath(new URL("../", import.meta.url));
const outfile = `${project}node_modules/.cache/svcrules/check-release.mjs`;
mkdirSync(`${project}node_modules/.cache/svcrules`, { recursive: true });
await build({
  entryPoints: [`${project}lib/testing/release-check/main.ts`],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  packages: "external",
  logLevel: "warning",
});
const { checkRelease } = await import(pathToFileURL(outfile).href);
process.exitCode = checkRelease(process.argv.slice(2), project, (line) => console.log(line));
