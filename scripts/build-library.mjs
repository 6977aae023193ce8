// Builds dist/lib, which programs import: the code of all modules as one, and the types that index.ts comes to. Beside it,
// dist/modules keeps the modules as tsc writes them, for bench/; they are no part of the package.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { reachedFiles } from "./reached-files.mjs";

const ASKED_LATER = /await import\(("\.[^"]+")\)/g;

/** Modules that a command loads when it needs them: in one script they are there, and as wrapped ones no bundler could leave them out. */
const importedAtOnce = {
  name: "imported-at-once",
  setup({ onLoad }) {
    onLoad({ filter: /\/dist\/modules\/.*\.js$/ }, ({ path }) => {
      const names = new Map();
      const contents = readFileSync(path, "utf8").replaceAll(ASKED_LATER, (_, file) => {
        names.set(file, names.get(file) ?? `later${names.size}`);
        return names.get(file);
      });
      const imports = [...names].map(([file, name]) => `import * as ${name} from ${file};`);
      return { contents: [...imports, contents].join("\n") };
    });
  },
};

/** In one file the package is a tenth smaller than in a thousand, and starts in half the time. */
async function bundleLibrary() {
  await build({
    absWorkingDir: resolve("dist/modules"),
    entryPoints: ["index.js"],
    outfile: resolve("dist/lib/index.js"),
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20.19",
    // Names stay as they are and lines short, for who looks for the place of an error; what is said of functions is with their types.
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 1000,
    charset: "utf8",
    logLevel: "warning",
    plugins: [importedAtOnce],
  });
}

function copyTypes() {
  for (const path of reachedFiles("dist/modules/index.d.ts", ".d.ts")) {
    const copy = path.replace("dist/modules", "dist/lib");
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(path, copy);
  }
}

export async function buildLibrary() {
  const tsc = join(fileURLToPath(import.meta.resolve("typescript/package.json")), "../bin/tsc");
  const options = ["-p", "tsconfig.build.json", "--rootDir", "lib", "--outDir", "dist/modules"];
  const { status } = spawnSync(process.execPath, [tsc, ...options], { stdio: ["ignore", 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
  await bundleLibrary();
  copyTypes();
}
