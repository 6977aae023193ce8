import { UsageError } from "../../lib/index.js";
import type { Terminal } from "../terminal.js";

/** Whether this runs in a CI system, all of which set the environment variable CI. */
function isCI({ env }: Terminal): boolean {
  const value = env["CI"]?.toLowerCase();
  return value !== undefined && value !== "" && value !== "false" && value !== "0";
}

/** In CI a golden file that is written hides the difference it was to show. */
export function refuseWritingInCI(option: string, terminal: Terminal): void {
  if (isCI(terminal))
    throw new UsageError(
      `${option}: nothing is written in CI (the environment variable CI is "${terminal.env["CI"]}")`,
      "run it on your machine, read the difference and commit the files",
    );
}
