// node bench/growth.mjs [--base 250] [--steps 4] [--only WORD] [--runs 3]: processor time of every command against the
// size of its input. Each row: n, 2n, 4n .. of one shape; the exponent is the slope of log(time) over log(size) of the two
// largest sizes, the start of the program taken off. 1 is linear. Exit status 1 when one is above 1.1.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { SHAPES } from "./growth-shapes.mjs";
import { measure } from "./measure.mjs";

const MOST_EXPONENT = 1.1;
/** Shorter times say nothing about growth. */
const LEAST_SECONDS = 0.1;

const { values } = parseArgs({
  options: {
    base: { type: "string", default: "1" },
    steps: { type: "string", default: "4" },
    runs: { type: "string", default: "3" },
    only: { type: "string" },
  },
});
const cli = new URL("../dist/cli/main.js", import.meta.url).pathname;
const directory = join(tmpdir(), "svcrules-growth");
mkdirSync(directory, { recursive: true });

const [runs, steps, base] = [Number(values.runs), Number(values.steps), Number(values.base)];
const start = measure([cli, "--help"], { runs }).cpuSeconds;
const rows = [];
for (const { name, size, prepare, args } of SHAPES) {
  if (values.only !== undefined && !name.includes(values.only)) continue;
  const seconds = [];
  const sizes = [];
  let memory = 0;
  for (let step = 0; step < steps; step++) {
    const n = Math.round(size * base * 2 ** step);
    const file = (kind) => join(directory, `${name.replace(/\W+/g, "-")}-${n}.${kind}`);
    prepare(n, file, { write: writeFileSync, read: (path) => readFileSync(path, "utf8"), run });
    const { cpuSeconds, maxRSS } = measure([cli, ...args(file)], { runs, mostStatus: 2 });
    sizes.push(n);
    seconds.push(Math.max(cpuSeconds - start, 1e-3));
    memory = maxRSS;
  }
  const slope = Math.log2(seconds.at(-1) / seconds.at(-2));
  const isMeasured = seconds.at(-2) >= LEAST_SECONDS;
  rows.push([
    name,
    sizes.join(", "),
    seconds.map((s) => s.toFixed(2)).join(", "),
    isMeasured ? slope.toFixed(2) : "-",
    `${Math.round(memory / 2 ** 20)} MB`,
  ]);
  process.stderr.write(`${rows.at(-1).join("  |  ")}\n`);
  if (isMeasured && slope > MOST_EXPONENT) process.exitCode = 1;
}

/** Runs the command line; gives what it prints. */
function run(argv) {
  return measure([cli, ...argv], { runs: 1, capture: true }).stdout;
}

const head = ["what", "sizes", "processor seconds", "exponent", "memory"];
const widths = head.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i].length)));
const line = (cells) => `| ${cells.map((c, i) => c.padEnd(widths[i])).join(" | ")} |`;
console.log([line(head), line(widths.map((w) => "-".repeat(w))), ...rows.map(line)].join("\n"));
