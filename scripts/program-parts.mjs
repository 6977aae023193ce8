// Bundles the command line as two scripts: what a compile needs, which starts fast, and all else, loaded once something of
// it is asked for. Each is the text of a function, as V8 keeps compiled code of scripts, not of modules.
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { build, transform } from "esbuild";
import { bundleOptions } from "./bundle-options.mjs";
import { setSeldomFunctionsAside } from "./seldom-functions.mjs";
import { startInGroups } from "./start-groups.mjs";

/** What the first script has of the modules that are started while the program runs: a compile may ask for each. */
const STARTED = [
  "cli/commands/compile.ts",
  "lib/backends/iptables/index.ts",
  "lib/backends/ipvs/index.ts",
  "lib/backends/nftables/index.ts",
  "lib/readers/locate.ts",
  "lib/readers/yaml/parse-any.ts",
  "lib/render/ipvs-iptables.ts",
  "lib/render/iptables-restore.ts",
  "lib/render/iptables-save.ts",
  "lib/render/nft-restore.ts",
  "lib/rulesets/ipvs/print.ts",
  "lib/rulesets/nftables/print.ts",
];
/** Modules of functions that most runs never call: started when one of them is called. */
const SELDOM = ["lib/options/short-usage.ts", "lib/readers/locate.ts", "lib/readers/yaml/parse-any.ts"];
/** Node's modules that take long to load: of these a script takes those alone that it comes to use. */
const SLOW = /^(node:)?(child_process|crypto|dns|events|net|os|readline|sea|stream|tty|v8|worker_threads|zlib)(\/.*)?$/;
/** The names that the scripts get, beside those that every module of Node's has: a local name would hide them. */
const OURS = /\b(firstScript|laterModule|scriptURL|startedModule|startGroup\d+)\b/;
const IMPORT = /await import\(("\.[^"]+")\)/g;

const slowModules = {
  name: "slow-modules",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: SLOW }, ({ path, kind, namespace }) =>
      namespace === "slow" || kind === "require-call" ? { path, external: true } : { path, namespace: "slow" },
    );
    onLoad({ filter: /.*/, namespace: "slow" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
      loader: "js",
    }));
  },
};

/** How a module is started, `specifier`: how it is called from there. */
function startText(path, specifier) {
  const start = STARTED.includes(path) ? `, () => require(${JSON.stringify(specifier)})` : "";
  return `laterModule(${JSON.stringify(path)}${start})`;
}

/** In the place of a module of SELDOM: functions of the same names, which start it. */
function seldomStub(root, path) {
  const text = readFileSync(join(root, path), "utf8");
  const names = [...text.matchAll(/^export (?:async )?function (\w+)/gm)].map(([, name]) => name);
  if (/^export (?!(?:async )?function |interface |type )/m.test(text))
    throw new Error(`${path} exports more than functions`);
  return [
    `let started; const start = () => (started ??= ${startText(path, `./${path}`)});`,
    ...names.map((name) => `export function ${name}(...given) { return start().${name}(...given); }`),
  ].join("\n");
}

function seldomModules(root) {
  return {
    name: "seldom-modules",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\.?\// }, ({ path, kind, resolveDir }) => {
        const target = relative(root, join(resolveDir, path)).replace(/\.js$/, ".ts");
        return kind === "import-statement" && SELDOM.includes(target)
          ? { path: target, namespace: "seldom" }
          : undefined;
      });
      onLoad({ filter: /.*/, namespace: "seldom" }, ({ path }) => ({
        contents: seldomStub(root, path),
        resolveDir: root,
      }));
    },
  };
}

/** The source that an import names, from the root. */
function targetOf(root, path, specifier) {
  const file = join(dirname(path), JSON.parse(specifier)).replace(/\.js$/, ".ts");
  if (!existsSync(file)) throw new Error(`${path} imports ${specifier}, which is not there`);
  return relative(root, file);
}

/** The second script: every module that is imported while the program runs, to be started by its path. */
function rest(root, paths) {
  const entries = paths.map((path) => `${JSON.stringify(path)}: () => require(${JSON.stringify(`./${path}`)})`);
  return {
    name: "rest",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^rest$/ }, ({ path }) => ({ path, namespace: "rest" }));
      onLoad({ filter: /.*/, namespace: "rest" }, () => ({
        contents: `import "./cli/program.ts"; export const modules = {${entries.join(",")}};`,
        resolveDir: root,
      }));
    },
  };
}

/** `paths`: of all modules that are imported while the program runs. */
function bundleParts(root, paths) {
  const options = bundleOptions(root, (contents, path) => {
    if (OURS.test(contents)) throw new Error(`${path} has a name of the scripts: ${OURS}`);
    return contents.replaceAll(IMPORT, (_, specifier) => {
      return `await ${startText(targetOf(root, path, specifier), JSON.parse(specifier))}`;
    });
  });
  return build({
    ...options,
    plugins: [
      ...options.plugins,
      slowModules,
      seldomModules(root),
      rest(
        root,
        paths.filter((path) => !STARTED.includes(path)),
      ),
    ],
    entryPoints: { start: "cli/program.ts", rest: "rest" },
    chunkNames: "shared",
    splitting: true,
    format: "esm",
    minifyWhitespace: false,
    define: { "import.meta.url": "scriptURL" },
    outdir: "parts",
    write: false,
    metafile: true,
  });
}

/** esbuild escapes strings alone: what regular expressions hold would be read as other letters (cli/load-program.ts). */
function inASCII(code) {
  return code.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * The text of an ES module as that of a function's body; `hand`: what hands on the exports, given what each is called inside;
 * `isShort`: with short names, where nobody looks for a function by its name.
 */
async function asScript(text, hand, isShort = false) {
  const [list, names] = /export\s*\{([^}]*)\};?\s*$/.exec(text);
  const exported = names.split(",").map((name) => name.trim().split(" as "));
  const inside = new Map(exported.map(([own, name = own]) => [name, own]));
  const { code } = await transform(text.slice(0, -list.length) + hand(inside), {
    format: "cjs",
    platform: "node",
    target: "node20.19",
    minifySyntax: true,
    minifyWhitespace: true,
    minifyIdentifiers: isShort,
  });
  // V8 runs no import() in a script that it has the compiled code of.
  if (/\bimport\(/.test(code)) throw new Error("a script holds an import(): import modules of Node statically");
  return inASCII(code);
}

/** Of the first script: read when the second one asks, as modules are started one by one. */
function handShared(inside) {
  const getters = [...inside].map(([name, own]) => `get ${name}(){return ${own}}`);
  const own = ["run", "processTerminal", "compareShare"].map((name) => `${name}:${inside.get(name)}`);
  return `Object.assign(exports,{${own.join(",")},shared:()=>({${getters.join(",")}})})`;
}

/** Both scripts' texts, and esbuild's list of what went into them. */
export async function programScripts(root) {
  const { metafile: whole } = await build({
    ...bundleOptions(root),
    entryPoints: ["cli/program.ts"],
    format: "cjs",
    define: { "import.meta.url": "scriptURL" },
    write: false,
    metafile: true,
  });
  const later = Object.values(whole.inputs).flatMap(({ imports }) =>
    imports.filter(({ kind }) => kind === "dynamic-import").map(({ path }) => path),
  );
  const { outputFiles, metafile } = await bundleParts(root, [...new Set([...later, ...SELDOM])].sort());
  const texts = new Map(outputFiles.map(({ path, text }) => [basename(path, ".js"), text]));
  if ([...texts.keys()].sort().join(" ") !== "rest shared start") throw new Error(`parts: ${[...texts.keys()]}`);
  const start = await asScript(startInGroups(texts.get("shared"), STARTED[0]), handShared);
  const others = await asScript(
    startInGroups(texts.get("rest")),
    (inside) => `exports.modules=${inside.get("modules")}`,
    // A seventh of the packed script.
    true,
  );
  return {
    metafile,
    start: await setSeldomFunctionsAside(root, `(function(require,exports,scriptURL,laterModule){${start}})`),
    rest: `(function(require,exports,scriptURL,laterModule,firstScript){${others.replace('require("./shared.js")', "firstScript")}})`,
  };
}
