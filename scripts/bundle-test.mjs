/**
 * Makes one ES module of a test file and all it imports from the sources. Jest links a test's modules anew for every
 * test file, which for the hundreds of them behind the library takes longer than most tests.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
/** Folders that tests import from. */
const SOURCES = ["cli", "lib", "page", "playground", "scripts"];

/** Where a module stands is asked of the file it was written in. */
const keepPlaces = {
  name: "keep-places",
  setup({ onLoad }) {
    onLoad({ filter: /\.(ts|mjs)$/, namespace: "file" }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      if (!text.includes("import.meta.url") || path.includes("node_modules")) return undefined;
      const loader = path.endsWith(".ts") ? "ts" : "js";
      return { contents: text.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)), loader };
    });
  },
};

let hash;
/** Of all sources: whichever changes, every test file is bundled anew. */
function hashOfSources() {
  if (hash !== undefined) return hash;
  const sum = createHash("sha1").update(readFileSync(fileURLToPath(import.meta.url)));
  for (const folder of SOURCES)
    for (const entry of readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
      if (entry.isFile() && /\.(ts|mjs)$/.test(entry.name)) {
        const path = join(entry.parentPath, entry.name);
        sum.update(path).update("\0").update(readFileSync(path)).update("\0");
      }
  return (hash = sum.digest("hex"));
}

export default {
  getCacheKey: (_text, path) => createHash("sha1").update(hashOfSources()).update(path).digest("hex"),
  async processAsync(_text, path) {
    const { outputFiles } = await build({
      absWorkingDir: ROOT,
      entryPoints: [path],
      outfile: `${path}.js`,
      bundle: true,
      write: false,
      format: "esm",
      platform: "node",
      target: "node20",
      packages: "external",
      sourcemap: "external",
      sourcesContent: false,
      logLevel: "silent",
      plugins: [keepPlaces],
    });
    const [map, code] = ["map", "js"].map((end) => outputFiles.find((file) => file.path.endsWith(`.${end}`)).text);
    return { code, map };
  },
};
