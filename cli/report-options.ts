/** `--report`, apart from what writes reports, so that `--help` starts fast. */
import type { Options } from "yargs";
import { REPORT_FORMATS } from "../lib/report/formats.js";

export const REPORT_OPTIONS = {
  report: {
    type: "string",
    requiresArg: true,
    describe: `FORMAT[=FILE]: ${REPORT_FORMATS.join(", ")}; may be repeated`,
    coerce: (value: unknown) => (value === undefined ? [] : Array.isArray(value) ? (value as unknown[]) : [value]),
  },
} as const satisfies Record<string, Options>;
