#!/usr/bin/env node
// Long fuzzing: npm run build is not needed. node scripts/nightly.mjs [--minutes N] [--runs N] [--seed S] [--only properties|coverage]
//   1. every property and mutation test with large counts (FUZZ_RUNS, SVCRULES_MUTATIONS override 10000 and 5000)
//   2. the readers, led by coverage, for the rest of the time (at least a fifth of it); --runs ends it earlier, after so many inputs
// What is found is saved in fixtures/regressions (its README.md says how to make tests of it); exit status 1 then.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const REGRESSIONS = join(ROOT, "fixtures/regressions");

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    runs: { type: "string", default: "1000000" },
    seed: { type: "string" },
    only: { type: "string" },
    into: { type: "string", default: REGRESSIONS },
  },
});
const minutes = Number(values.minutes);
const mostRuns = Number(values.runs);
const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
if (
  !(minutes > 0) ||
  !(mostRuns > 0) ||
  !Number.isInteger(seed) ||
  seed < 0 ||
  ![undefined, "properties", "coverage"].includes(values.only)
) {
  console.error(
    "usage: node scripts/nightly.mjs [--minutes N] [--runs N] [--seed S] [--only properties|coverage] [--into FOLDER]",
  );
  process.exit(2);
}

const started = performance.now();
const spent = () => (performance.now() - started) / 60_000;
const hashOf = (content) => createHash("sha256").update(content).digest("hex").slice(0, 12);

function save(folder, name, content) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, content);
  console.log(`  saved ${relative(process.cwd(), file)}`);
}

/** Runs the tests that read the counts; gives the number of tests that failed. */
function runProperties(budgetMinutes) {
  const tests = spawnSync(
    "grep",
    ["-rlE", "fuzzRuns|mutationRuns|fuzzSeed|fuzz/properties", "--include=*.test.ts", "cli", "lib"],
    {
      cwd: ROOT,
    },
  );
  const files = tests.stdout.toString().trim().split("\n").sort();
  const runs = process.env.FUZZ_RUNS ?? "10000";
  const mutations = process.env.SVCRULES_MUTATIONS ?? "5000";
  console.log(
    `properties of ${files.length} files: FUZZ_RUNS=${runs} SVCRULES_MUTATIONS=${mutations} FUZZ_SEED=${seed}`,
  );
  const folder = mkdtempSync(join(tmpdir(), "svcrules-nightly-"));
  const output = join(folder, "results.json");
  const jest = join(ROOT, "node_modules/jest/bin/jest.js");
  const { status, signal } = spawnSync(
    process.execPath,
    [
      "--experimental-vm-modules",
      "--no-warnings",
      jest,
      "--json",
      "--outputFile",
      output,
      "--testTimeout",
      "7200000",
      // Those that take long, too, which jest.config.js leaves out.
      "--testMatch",
      "**/*.test.ts",
      "!**/*.{kernel,browser,package}.test.ts",
    ].concat(["--maxWorkers", String(Math.max(1, availableParallelism() - 1)), "--runTestsByPath", ...files]),
    {
      cwd: ROOT,
      env: {
        ...process.env,
        FUZZ_RUNS: runs,
        SVCRULES_MUTATIONS: mutations,
        FUZZ_SEED: String(seed),
        NODE_OPTIONS: "",
      },
      stdio: ["ignore", "ignore", "inherit"],
      timeout: budgetMinutes * 60_000,
      killSignal: "SIGTERM",
    },
  );
  if (signal) console.log(`  stopped after ${budgetMinutes.toFixed(1)} minutes: give more --minutes or smaller counts`);
  let failed = signal ? 1 : 0;
  try {
    const { testResults, numPassedTests } = JSON.parse(readFileSync(output, "utf8"));
    console.log(`  ${numPassedTests} tests passed`);
    for (const { name, assertionResults, message } of testResults) {
      if (assertionResults.length === 0 && message) console.log(message);
      for (const { fullName, status: outcome, failureMessages } of assertionResults) {
        if (outcome !== "failed") continue;
        failed++;
        console.log(`  failed: ${relative(ROOT, name)}: ${fullName}`);

        const text = failureMessages.join("\n\n").replace(/\u001b\[[\d;]*m/g, "");
        const again = `FUZZ_RUNS=${runs} SVCRULES_MUTATIONS=${mutations} FUZZ_SEED=${seed}`;
        const head = [`# ${fullName}`, "", `\`${relative(ROOT, name)}\`, again with \`${again}\``];
        const steps =
          "Write the counterexample down as a test beside the code that was wrong, mend the code, delete this file.";
        save(values.into, `${hashOf(name + fullName)}.md`, [...head, "", steps, "", "```", text, "```", ""].join("\n"));
      }
    }
  } catch {
    if (!signal) failed += status === 0 ? 0 : 1;
  }
  rmSync(folder, { recursive: true, force: true });
  return failed;
}

/** The readers and the search as one script, so that its coverage can be asked for. */
async function bundleTargets() {
  const folder = mkdtempSync(join(tmpdir(), "svcrules-targets-"));
  const outfile = join(folder, "targets.mjs");
  await build({
    stdin: {
      contents: ["targets", "seed-texts", "mutate", "coverage-guided"]
        .map((name) => `export * from "./${name}.js";`)
        .join("\n"),
      resolveDir: join(ROOT, "lib/testing/fuzz"),
      loader: "ts",
    },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    outfile,
    logLevel: "warning",
  });
  const modules = await import(pathToFileURL(outfile).href);
  return { modules, url: pathToFileURL(outfile).href, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * Which blocks of the script ran since it was asked last. V8 counts them; no package is needed.
 * Counts are told apart by their size in powers of eight, so that a loop that goes round more often is new.
 */
function startCoverage(url) {
  const session = new Session();
  session.connect();
  const post = (method, parameters) => {
    let result;
    session.post(method, parameters, (error, value) => {
      if (error) throw new Error(error.message);
      result = value;
    });
    return result;
  };
  post("Profiler.enable");
  post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  return {
    *coverage() {
      for (const script of post("Profiler.takePreciseCoverage").result) {
        if (script.url !== url) continue;
        for (const { ranges } of script.functions)
          for (const { startOffset, endOffset, count } of ranges)
            if (count > 0) yield `${startOffset}-${endOffset}x${Math.floor(Math.log2(count) / 3)}`;
      }
    },
    stop: () => session.disconnect(),
  };
}

/** Of a run on a few kilobytes; a machine that has other work to do does not count. */
const MOST_SECONDS = 3;

/** Of every fourth input everything is looked at; which ones is told by the bytes, so that a second run does the same. */
function inTime(target) {
  return (bytes) => {
    const before = performance.now();
    target(bytes, bytes.length % 4 > 0);
    if (performance.now() - before < MOST_SECONDS * 1000) return;
    const { user } = process.cpuUsage();
    target(bytes);
    if (process.cpuUsage().user - user > MOST_SECONDS * 1e6) throw new Error(`takes more than ${MOST_SECONDS} seconds`);
  };
}

/** Fuzzes each reader for its share of the minutes and of the inputs; gives the number of faults. */
async function runCoverage(budgetMinutes) {
  const { modules, url, remove } = await bundleTargets();
  const { TARGETS, seedTexts, randomFrom, fuzzGuided } = modules;
  const shares = { "iptables-capture": 3, "nft-listing": 3, "ipvs-capture": 2, objects: 3 };
  const names = Object.keys(TARGETS);
  let left = names.reduce((total, name) => total + (shares[name] ?? 1), 0);
  const stop = performance.now() + budgetMinutes * 60_000;
  let [faults, total] = [0, 0];
  for (const name of names) {
    // What one reader leaves of its share goes to those behind it.
    const share = (shares[name] ?? 1) / left;
    left -= shares[name] ?? 1;
    const begun = performance.now();
    const end = begun + (stop - begun) * share;
    const wanted = Math.ceil((mostRuns - total) * share);
    const { coverage, stop: stopCoverage } = startCoverage(url);
    const result = fuzzGuided({
      target: inTime(TARGETS[name]),
      coverage,
      seeds: seedTexts(name, ROOT).map((text) => new TextEncoder().encode(text)),
      random: randomFrom(seed),
      goOn: (runs) => runs < wanted && performance.now() < end,
    });
    stopCoverage();
    const { runs, places, corpus, found } = result;
    total += runs;
    console.log(
      `${name}: seed ${seed}, ${runs} runs, ${places} places, ${corpus.length} inputs kept, ${found.length} faults, ${((performance.now() - begun) / 60_000).toFixed(1)} minutes`,
    );
    for (const { bytes, message } of found) {
      faults++;
      console.log(`  ${message.split("\n").slice(0, 4).join("\n  ").slice(0, 1000)}`);
      save(join(values.into, name), `${hashOf(bytes)}.bin`, bytes);
    }
  }
  remove();
  console.log(`${total} inputs`);
  return faults;
}

let problems = 0;
if (values.only !== "coverage") problems += runProperties(values.only ? minutes : minutes * 0.8);
if (values.only !== "properties") problems += await runCoverage(Math.max(minutes - spent(), minutes / 5));
console.log(problems === 0 ? `nothing found in ${spent().toFixed(1)} minutes` : `${problems} found; seed ${seed}`);
process.exitCode = problems === 0 ? 0 : 1;
