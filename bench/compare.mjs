// Compares two commits pair by pair:  node bench/compare.mjs BEFORE [AFTER=HEAD] [--size L] [--pairs 5]
// Each pair runs both, one after the other, in turn first; what is printed is the median of the pairs' ratios.
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measure } from "./measure.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const sizes = { M: [1_000, 10], L: [10_000, 15], XL: [5_006, 50], XXL: [45_000, 1] };
const words = process.argv.slice(2);
const option = (name, fallback) => {
  const at = words.indexOf(`--${name}`);
  return at < 0 ? fallback : words.splice(at, 2)[1];
};
const size = option("size", "L");
const pairs = Number(option("pairs", "5"));
const [before, after = "HEAD"] = words;
if (before === undefined || !(size in sizes)) {
  console.error("usage: node bench/compare.mjs BEFORE [AFTER] [--size M|L|XL|XXL] [--pairs N]");
  process.exit(2);
}

function run(command, args, cwd = root) {
  const { status, stderr } = spawnSync(command, args, { cwd, maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
}

const directory = mkdtempSync(join(tmpdir(), "svcrules-compare-"));
const trees = [];
/** The commit built in a work tree of its own; returns its command line. */
function build(commit, name) {
  const tree = join(directory, name);
  run("git", ["worktree", "add", "--detach", tree, commit]);
  trees.push(tree);
  symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
  run("npm", ["run", "build"], tree);
  return join(tree, "dist/cli/main.js");
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
try {
  const clis = [build(before, "before"), build(after, "after")];
  const input = join(tmpdir(), "svcrules-bench", `${size}.json`);
  if (!existsSync(input)) {
    const [services, endpoints] = sizes[size].map(String);
    run(process.execPath, ["bench/generate.mjs", "--services", services, "--endpoints", endpoints, "--output", input]);
  }
  for (const mode of ["iptables", "ipvs", "nftables"]) {
    const ratios = [];
    const memory = [0, 0];
    for (let i = 0; i < pairs; i++) {
      const seconds = [0, 0];
      for (const which of i % 2 === 0 ? [0, 1] : [1, 0]) {
        const result = measure([clis[which], "compile", input, "-q", "--mode", mode], { runs: 1 });
        seconds[which] = result.seconds;
        memory[which] = Math.max(memory[which], result.maxRSS);
      }
      ratios.push(seconds[1] / seconds[0]);
    }
    const spread = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
    const held = memory.map((bytes) => `${Math.round(bytes / 2 ** 20)} MB`).join(" -> ");
    console.log(`${size} compile ${mode}: time ${median(ratios).toFixed(3)}x (${spread}), memory ${held}`);
  }
} finally {
  for (const tree of trees) spawnSync("git", ["worktree", "remove", "--force", tree], { cwd: root });
  rmSync(directory, { recursive: true, force: true });
}
