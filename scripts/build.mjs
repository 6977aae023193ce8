// Builds dist/: the library with its types (tsc), and the command line as few files that load fast (esbuild).
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { directImports } from "./direct-imports.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);

/** Entry points beside main.ts: code that runs in worker threads, found by its name at run time. */
const workers = readdirSync("cli", { recursive: true })
  .map(String)
  .filter((file) => file.endsWith("-worker.ts"))
  .map((file) => `cli/${file}`);

rmSync("dist", { recursive: true, force: true });
const tsc = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
const types = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { stdio: "inherit" });
if (types.status !== 0) process.exit(types.status ?? 1);

const common = {
  bundle: true,
  platform: "node",
  target: "node20.19",
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: "warning",
  plugins: [directImports(root)],
  // yargs measures its help with Intl.Segmenter, whose start alone takes longer than a small compile; our help is ASCII.
  alias: { "string-width": "./scripts/plain-width.mjs" },
};
await build({
  ...common,
  entryPoints: ["cli/main.ts", ...workers],
  outdir: "dist/cli",
  outbase: "cli",
  splitting: true,
  format: "esm",
  legalComments: "linked",
  banner: {
    js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
  },
});
chmodSync("dist/cli/main.js", 0o755);

// The same once more as one script, a function that main.js calls: V8 keeps compiled code of scripts, not of modules.
await build({
  ...common,
  entryPoints: ["cli/run.ts"],
  outfile: "dist/cli/run-script.js",
  format: "cjs",
  legalComments: "none",
  define: { "import.meta.url": "scriptURL" },
  banner: { js: "(function(require,exports,scriptURL){const module={exports};" },
  footer: { js: "exports.run=module.exports.run})" },
});
// A script with a code cache cannot import while it runs: code of ours is bundled, Node's is to be imported statically.
if (/\bimport\(/.test(readFileSync("dist/cli/run-script.js", "latin1")))
  throw new Error("dist/cli/run-script.js holds an import(): import modules of Node statically");
const flags = await build({ ...common, entryPoints: ["cli/v8-flags.ts"], format: "esm", write: false });
const { V8_FLAGS } = await import(`data:text/javascript,${encodeURIComponent(flags.outputFiles[0].text)}`);
const cache = spawnSync(process.execPath, [...V8_FLAGS, "scripts/make-code-cache.mjs"], { stdio: "inherit" });
if (cache.status !== 0) process.exit(cache.status ?? 1);

const man = spawnSync(process.execPath, ["dist/cli/main.js", "__man"]);
if (man.status !== 0) throw new Error(man.stderr.toString());
mkdirSync("dist/man");
writeFileSync("dist/man/svcrules.1", man.stdout);
