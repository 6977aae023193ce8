// How esbuild bundles the command line: the program's script (dist/cli/run-script.js), and what the single executable holds.
import { directImports } from "./direct-imports.mjs";

/** `root`: of the project. */
export function bundleOptions(root) {
  return {
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    target: "node20.19",
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: "warning",
    legalComments: "none",
    plugins: [directImports(root)],
    // yargs measures its help with Intl.Segmenter, whose start alone takes longer than a small compile; our help is ASCII.
    alias: { "string-width": "./scripts/plain-width.mjs" },
  };
}

/** The program as one script, a function that main.js calls: V8 keeps compiled code of scripts, not of modules. */
export function programOptions(root) {
  return {
    ...bundleOptions(root),
    entryPoints: ["cli/program.ts"],
    format: "cjs",
    define: { "import.meta.url": "scriptURL" },
    banner: { js: "(function(require,exports,scriptURL){const module={exports};" },
    footer: { js: "Object.assign(exports,module.exports)})" },
  };
}

/** Node's modules without an import, of which each takes a third of a millisecond of the start. */
const builtinModules = {
  name: "builtin-modules",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: "builtin" }));
    onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
      loader: "js",
    }));
  },
};

/** main.js and the worker, which start the script with this digest. */
export function starterOptions(root, digest) {
  const options = bundleOptions(root);
  return {
    ...options,
    plugins: [...options.plugins, builtinModules],
    entryPoints: ["cli/main.ts", "cli/diff-worker.ts"],
    format: "esm",
    define: { PROGRAM_DIGEST: JSON.stringify(digest) },
  };
}
