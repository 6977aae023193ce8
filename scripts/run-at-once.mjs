// Runs scripts of package.json at the same time, as many as there are cores, and prints each one's output when it ends:
// node scripts/run-at-once.mjs types lint format build
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";

const waiting = process.argv.slice(2);
const started = performance.now();
const seconds = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;

function run(name) {
  const child = spawn("npm", ["run", "--silent", name], { stdio: ["ignore", "pipe", "pipe"] });
  const pieces = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => pieces.push(piece));
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ name, isGood: false, text: `${error.message}\n` }));
    child.on("close", (code) => resolve({ name, isGood: code === 0, text: Buffer.concat(pieces).toString() }));
  });
}

async function work() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const { isGood, text } = await run(name);
    process.stderr.write(`${text}${name}: ${isGood ? "good" : "FAILED"}, after ${seconds()}\n`);
    if (!isGood) process.exitCode = 1;
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, work));
