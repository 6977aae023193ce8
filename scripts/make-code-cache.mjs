// Runs what people run most in the built program, and keeps what V8 compiled for it beside the scripts (cli/code-cache.ts),
// and the text of --help in the two widths that most terminals give it (cli/main.ts).
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";
import { transformSync } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const terminal = {
  write: () => true,
  warn: () => {},
  env: {},
  cwd: root,
  programName: "svcrules",
  stdoutIsTerminal: false,
  stderrIsTerminal: false,
  columns: 80,
  stdin: 0,
};
const GUESTBOOK = "fixtures/guestbook";
const COMMON = [
  ["compile", `${GUESTBOOK}/manifests`],
  ["compile", `${GUESTBOOK}/dump.yaml`],
  ["compile", "fixtures/layouts/list.json"],
  ["compile", "fixtures/layouts/list.json", "--mode", "ipvs"],
  ["compile", "fixtures/layouts/list.json", "--mode", "nftables"],
];
const MORE = [
  ["compile", "--help"],
  ["diff", `${GUESTBOOK}/node-iptables.txt`, "--manifests", `${GUESTBOOK}/dump.yaml`],
];

const flags = transformSync(readFileSync(`${root}cli/v8-flags.ts`, "utf8"), { loader: "ts" }).code;
const { v8Flags } = await import(`data:text/javascript,${encodeURIComponent(flags)}`);
for (const flag of v8Flags(process.versions.node)) setFlagsFromString(flag);

/** As cli/load-program.ts does. */
function load(name, ...shared) {
  const filename = `${root}dist/cli/${name}`;
  const script = new Script(readFileSync(filename, "latin1"), { filename });
  const exports = {};
  script.runInThisContext()(createRequire(filename), exports, pathToFileURL(filename).href, rest, ...shared);
  const keep = () =>
    writeFileSync(`${filename}.${process.versions.v8}-${process.arch}.cache`, script.createCachedData());
  return { exports, keep };
}
let second;
const rest = (path, start) =>
  start ? start() : (second ??= load("rest-script.js", exports.shared())).exports.modules[path]();
const { exports, keep } = load("run-script.js");

async function run(commands) {
  for (const argv of commands) {
    const code = await exports.run(argv, terminal, "0.0.0");
    if (code > 1) throw new Error(`${argv.join(" ")}: exit code ${code}`);
  }
}
exports.processTerminal().write("");
await run(COMMON);
if (second) throw new Error(`a compile needs more than what scripts/program-parts.mjs lists`);
keep();
// A name that is not declared would be told by the first command that comes to use it.
for (const name of Object.keys(exports.shared())) void exports.shared()[name];
await run(MORE);
second.keep();
for (const columns of [80, 120]) {
  let text = "";
  const write = (chunk) => ((text += chunk), true);
  await exports.run(["--help"], { ...terminal, columns, write }, "0.0.0");
  writeFileSync(`${root}dist/cli/help-${columns}.txt`, text);
}
process.exitCode = 0;
