// Installs the packed package on other releases of Node (the npm package "node"), and runs it there as a command and as a
// library. node scripts/check-nodes.mjs [RELEASE..]
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const releases = process.argv.length > 2 ? process.argv.slice(2) : ["22", "24", "26"];
const directory = mkdtempSync(join(tmpdir(), "svcrules-nodes-"));

function run(command, args, cwd = directory, more = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8", ...more });
  if (error) throw error;
  return { status, out: stdout, err: stderr };
}

function must(command, args, cwd) {
  const { status, out, err } = run(command, args, cwd);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: exit ${status}\n${out}${err}`);
  return out;
}

/** A folder with its own package.json, which npm installs into. */
function project(name, ...packages) {
  const folder = join(directory, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "example", private: true }));
  must("npm", ["install", "--no-audit", "--no-fund", "--omit=dev", ...packages], folder);
  return folder;
}

const GUESTBOOK = join(root, "fixtures/guestbook");
const SERVICE = "kind: Service\\napiVersion: v1\\nmetadata: {name: a}\\nspec: {ports: [{port: 80}]}";
const USE = `
const lines = (text) => String(text).split("\\n").length;
module.exports = async ({ compile, sourceFromText }) => {
  const { text, diagnostics } = await compile([sourceFromText("a.yaml", "${SERVICE}")]);
  console.log(lines(text) > 10, diagnostics.filter(({ severity }) => severity === "error").length);
};`;

/** Each with its arguments for this Node, the exit status, and what stdout has to match. */
const COMMANDS = [
  [["--version"], 0, /^\d+\.\d+\.\d+\n$/],
  [["--help"], 0, /compile/],
  [["compile", join(GUESTBOOK, "manifests"), "-q"], 0, /guestbook\/frontend:http ->/],
  [["diff", join(GUESTBOOK, "node-iptables.txt"), "--manifests", join(GUESTBOOK, "dump.yaml")], 1, /worker-1/],
  [["explain", "guestbook/frontend", join(GUESTBOOK, "dump.yaml")], 0, /frontend/],
  [["doctor", join(GUESTBOOK, "dump.yaml"), "--exit-zero"], 0, /./],
];
const LIBRARY = [
  [["-e", `import("svcrules").then(require("./use.cjs"))`], 0, /^true 0\n$/],
  [["-e", `require("./use.cjs")(require("svcrules"))`], 0, /^true 0\n$/],
];

function checkRelease(release, installed) {
  const folder = project(`node-${release}`, `node@${release}`);
  const node = join(folder, "node_modules/node/bin/node");
  const version = must(node, ["--version"]).trim();
  if (!version.startsWith(`v${release}.`)) throw new Error(`node@${release} is ${version}`);
  const home = join(folder, "home");
  mkdirSync(home);
  const env = { PATH: process.env.PATH, HOME: home };
  const main = join(installed, "node_modules/svcrules/dist/cli/main.js");
  const cases = [...COMMANDS.map(([argv, ...rest]) => [[main, ...argv], ...rest]), ...LIBRARY];
  for (const [argv, status, out] of [...cases, ...cases]) {
    const got = run(node, argv, installed, { env });
    if (got.status !== status || !out.test(got.out))
      throw new Error(`Node ${version}: ${argv.join(" ")}: exit ${got.status}\n${got.out}${got.err}`);
  }
  console.log(`Node ${version}: ${cases.length} calls, with and without compiled code, answer as they should`);
}

try {
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const tarball = must("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", directory], root).trim();
  const installed = project("installed", join(directory, tarball));
  writeFileSync(join(installed, "use.cjs"), USE);
  console.log(`${tarball}, for Node ${engines.node}`);
  for (const release of releases) checkRelease(release, installed);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
