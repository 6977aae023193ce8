/** Test groups that need a Linux kernel, root and some of its tools. */
import { describe, test } from "@jest/globals";
import { runCommand } from "./namespace.js";

/** What a machine lacks to run kernel tests with these programs; empty when it lacks nothing. */
export function missingForKernelTests(programs: readonly string[]): string[] {
  if (process.platform !== "linux") return ["Linux"];
  if (process.getuid?.() !== 0) return ["root"];
  const missing = ["ip", ...programs].filter(
    (name) => runCommand("sh", ["-c", `command -v "$1"`, "sh", name]).status !== 0,
  );
  if (missing.length === 0 && runCommand("unshare", ["--net", "true"]).status !== 0) missing.push("network namespaces");
  return missing;
}

/**
 * `describe` for tests on a real kernel. Where something is missing the group is skipped, its name saying what is
 * missing; with SVCRULES_REQUIRE_KERNEL=1, as in CI, it fails instead.
 */
export function describeKernel(name: string, programs: readonly string[], body: () => void): void {
  const missing = missingForKernelTests(programs);
  if (missing.length === 0) {
    describe(name, body);
  } else if (process.env["SVCRULES_REQUIRE_KERNEL"] === "1") {
    describe(name, () => {
      test("runs on a real kernel", () => {
        throw new Error(`kernel tests are required here and need: ${missing.join(", ")}`);
      });
    });
  } else {
    describe.skip(`${name} (skipped, needs ${missing.join(", ")})`, body);
  }
}
