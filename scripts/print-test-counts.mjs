/**
 * Closes a CI run: prints "N passed, N failed, N skipped" over all jest results of a directory and exits 0 only when
 * nothing failed.
 *
 *   node scripts/print-test-counts.mjs STATUS RESULTS-DIR
 *
 * STATUS is the worst exit status of the steps; a step that failed without a failed test (types, lint, a test file
 * that does not load, no results at all) counts as one failure.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [statusText = "1", directory = "."] = process.argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;
for (const name of readdirSync(directory).filter((name) => name.endsWith(".json"))) {
  const results = JSON.parse(readFileSync(join(directory, name), "utf8"));
  passed += results.numPassedTests;
  failed += results.numFailedTests + results.numRuntimeErrorTestSuites;
  skipped += results.numPendingTests + results.numTodoTests;
}
if (failed === 0 && (Number(statusText) !== 0 || passed === 0)) failed = 1;
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
