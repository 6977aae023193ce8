// How esbuild bundles the command line: what starts the program's scripts, and what the single executable holds.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { directImports } from "./direct-imports.mjs";

/**
 * Packages with short names inside, and yargs without its checks of what it is called with: our calls are always the same.
 * Our own names stay, for stack traces.
 */
const packages = {
  name: "packages",
  setup({ onLoad }) {
    onLoad({ filter: /\/yargs\/build\/lib\/argsert\.js$/ }, () => ({ contents: "export function argsert() {}" }));
    onLoad({ filter: /\/node_modules\/.*\.m?js$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { minifyIdentifiers: true, target: "node20.19" });
      return { contents: code };
    });
  },
};

/** What lib/readers/yaml imports of js-yaml. */
const YAML_NAMES = `CHOMPING_MODE, COLLECTION_STYLE, constructFromEvents, defineMappingTag, defineScalarTag, defineSequenceTag,
  EVENT_ID, FAILSAFE_SCHEMA, getScalarValue, mapTag, mergeTag, NOT_RESOLVED, SCALAR_STYLE, YAMLException`;
/** A variable of js-yaml's, other than a class, on one line or up to where it is closed. */
const YAML_VARIABLE = /^(var [\w$]+ = )((?!class\b).(?:.*|[^]*?\n[}\])].*));$/gm;

/** js-yaml without what we do not import: it is one module, and esbuild keeps all of one that is started late. */
const usedYAML = {
  name: "used-yaml",
  setup({ onLoad }) {
    onLoad({ filter: /\/js-yaml\/dist\/js-yaml\.mjs$/ }, async ({ path }) => {
      const contents = readFileSync(path, "utf8").replaceAll(YAML_VARIABLE, "$1/* @__PURE__ */ (() => ($2))();");
      const { outputFiles } = await build({
        stdin: { contents: `export { ${YAML_NAMES} } from "whole";` },
        bundle: true,
        format: "esm",
        minifyIdentifiers: true,
        target: "node20.19",
        write: false,
        plugins: [
          {
            name: "whole",
            setup(inner) {
              inner.onResolve({ filter: /^whole$/ }, () => ({ path: "whole", namespace: "whole" }));
              inner.onLoad({ filter: /.*/, namespace: "whole" }, () => ({ contents }));
            },
          },
        ],
      });
      return { contents: outputFiles[0].text };
    });
  },
};

const yargsPlatform = {
  name: "yargs-platform",
  setup({ onResolve }) {
    onResolve({ filter: /\/platform-shims\/esm\.mjs$/ }, () => ({
      path: fileURLToPath(new URL("yargs-platform.mjs", import.meta.url)),
    }));
  },
};

/** chalk without what asks Node about the terminal, which takes a few milliseconds: we say of each text whether it is coloured. */
const chalkColors = {
  name: "chalk-colors",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^#supports-color$/ }, () => ({ path: "no-colors", namespace: "no-colors" }));
    onLoad({ filter: /.*/, namespace: "no-colors" }, () => ({ contents: "export default {};" }));
  },
};

/** `root`: of the project. */
export function bundleOptions(root, change) {
  return {
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    target: "node20.19",
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: "warning",
    legalComments: "none",
    plugins: [directImports(root, change), yargsPlatform, chalkColors, usedYAML, packages],
    // yargs measures its help with Intl.Segmenter, whose start alone takes longer than a small compile; our help is ASCII.
    // yargs-parser for Node loads its loader of modules, for configuration files, of which we have none.
    alias: { "string-width": "./scripts/plain-width.mjs", "yargs-parser": "yargs-parser/browser" },
  };
}

/**
 * main.js and the worker, which start the scripts with this digest. As CommonJS (build-program.mjs says so to Node): the
 * start of Node's module loader takes a tenth of a small run.
 */
export function starterOptions(root, digest, version) {
  return {
    ...bundleOptions(root),
    entryPoints: ["cli/main.ts", "cli/diff-worker.ts"],
    format: "cjs",
    minify: true,
    define: {
      PROGRAM_DIGEST: JSON.stringify(digest),
      VERSION: JSON.stringify(version),
      "import.meta.url": "fileURL",
    },
    banner: { js: 'const fileURL=require("node:url").pathToFileURL(__filename).href;' },
  };
}
