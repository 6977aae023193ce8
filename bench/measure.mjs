// Runs one process several times; gives its best times, of the wall and of the processor, and the most memory it held.
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const preload = new URL("./report-usage.cjs", import.meta.url).pathname;

/** Opened for writing only, as a shell does: Node's own "ignore" looks like a stdout that was closed. */
const nowhere = openSync("/dev/null", "w");

/** `args` of node. Output goes to /dev/null, or is kept when `capture`; above `mostStatus` it throws. Seconds, of the wall and of the processor, and bytes. */
export function measure(args, { runs = 1, capture = false, mostStatus = 1 } = {}) {
  let seconds = Infinity;
  let cpuSeconds = Infinity;
  let maxRSS = 0;
  let stdout = "";
  for (let i = 0; i < runs; i++) {
    const usage = join(tmpdir(), `svcrules-bench-${process.pid}`);
    const usageFd = openSync(usage, "w");
    const started = performance.now();
    const run = spawnSync(process.execPath, ["--require", preload, ...args], {
      stdio: ["ignore", capture ? "pipe" : nowhere, "pipe", usageFd],
      maxBuffer: 2 ** 30,
    });
    seconds = Math.min(seconds, (performance.now() - started) / 1000);
    closeSync(usageFd);
    if (run.status === null || run.status > mostStatus)
      throw new Error(`${args.join(" ")}: exit ${run.status}: ${run.stderr.toString().slice(0, 500)}`);
    const used = JSON.parse(readFileSync(usage, "utf8"));
    maxRSS = Math.max(maxRSS, used.maxRSS);
    cpuSeconds = Math.min(cpuSeconds, used.cpuSeconds);
    stdout = capture ? run.stdout.toString() : "";
    rmSync(usage);
  }
  return { seconds, cpuSeconds, maxRSS, stdout };
}

/** Runs each of the measurements once, as often as `runs` says; of each the best times, the most memory and the times of every turn. */
export function measureInTurns(measurements, runs) {
  const best = measurements.map(() => ({ seconds: Infinity, cpuSeconds: Infinity, maxRSS: 0, turns: [] }));
  for (let i = 0; i < runs; i++)
    measurements.forEach((once, k) => {
      const { seconds, cpuSeconds, maxRSS } = once();
      best[k] = {
        seconds: Math.min(best[k].seconds, seconds),
        cpuSeconds: Math.min(best[k].cpuSeconds, cpuSeconds),
        maxRSS: Math.max(best[k].maxRSS, maxRSS),
        turns: [...best[k].turns, { seconds, cpuSeconds }],
      };
    });
  return best;
}

/**
 * How many times as long as another of the same turns: the middle one of the turns' ratios, since a machine whose speed
 * changes is alike in both parts of one turn, and not in the best of several. `what`: "seconds" or "cpuSeconds".
 */
export function ratioInTurns(one, other, what) {
  const ratios = one.turns.map((turn, i) => turn[what] / other.turns[i][what]).sort((a, b) => a - b);
  const middle = (ratios.length - 1) / 2;
  return (ratios[Math.floor(middle)] + ratios[Math.ceil(middle)]) / 2;
}

/** What reading and JSON.parse of a file take in a process of their own, its start not counted. */
export function measureParse(file) {
  const script = `const fs=require("fs");const t=performance.now();const c=process.cpuUsage();JSON.parse(fs.readFileSync(${JSON.stringify(file)},"utf8"));const{user,system}=process.cpuUsage(c);console.log(JSON.stringify([(performance.now()-t)/1e3,(user+system)/1e6]))`;
  const { status, stdout } = spawnSync(process.execPath, ["-e", script], { maxBuffer: 2 ** 20 });
  // A file longer than V8's longest string has no such time.
  const [seconds, cpuSeconds] = status === 0 ? JSON.parse(stdout.toString()) : [Infinity, Infinity];
  return { seconds, cpuSeconds, maxRSS: 0 };
}
