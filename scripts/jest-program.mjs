/**
 * Before the tests: the command line as one module, so that a test file which runs it need not load its 900 modules again.
 * Jest gives every test file modules of its own; this one is imported outside, once by each of its processes
 * (jest-environment.mjs), and made of the sources as they are now.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

/** Each module keeps the address that it has in the sources. */
const ownAddress = {
  name: "own-address",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      return { loader: "ts", contents: text.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)) };
    });
  },
};

export const PROGRAM = new URL("../node_modules/.cache/svcrules/run.mjs", import.meta.url);

export default async function bundleProgram() {
  await build({
    absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
    entryPoints: ["cli/run.ts"],
    outfile: fileURLToPath(PROGRAM),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    packages: "external",
    plugins: [ownAddress],
    logLevel: "warning",
  });
}
