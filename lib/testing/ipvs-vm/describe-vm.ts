/** Test groups that need a kernel with ip_vs, in a virtual machine where the own kernel has none. */
import { describe, test } from "@jest/globals";
import { missingForKernelTests } from "../kernel/describe-kernel.js";
import { fetchKernel, VM_PROGRAMS } from "./vm.js";

/**
 * `describe`, or a group skipped by a name that says what is missing; with SVCRULES_REQUIRE_KERNEL=1, as in CI, a
 * failing test instead.
 */
export function describeVM(name: string, body: () => void): void {
  const programs = missingForKernelTests(VM_PROGRAMS);
  const problem = programs.length > 0 ? undefined : fetchKernel();
  const missing = problem === undefined ? programs : ["a kernel with ip_vs (apt-get download)"];
  if (missing.length === 0) describe(name, body);
  else if (process.env["SVCRULES_REQUIRE_KERNEL"] === "1")
    describe(name, () => {
      test("runs on a kernel with ip_vs", () => {
        throw new Error(`kernel tests are required here and need: ${missing.join(", ")}\n${problem ?? ""}`);
      });
    });
  else describe.skip(`${name} (skipped, needs ${missing.join(", ")})`, body);
}
