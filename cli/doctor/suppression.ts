/** What doctor is to look for and what not to report: from options, the configuration file and the baseline. */
import { readFileSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import {
  CHECK_IDS,
  parseBaseline,
  readDoctorConfig,
  readIgnoreRule,
  UsageError,
  type SuppressionRules,
} from "../../lib/index.js";
import { findNamedConfigFile } from "../check/config-file.js";
import { reasonOf } from "../io/walk-directory.js";
import type { Reporter } from "../reporter.js";
import type { Terminal } from "../terminal.js";

interface SuppressionRequest {
  readonly config?: string;
  readonly ignore: readonly string[];
  readonly baseline?: string;
}

/** Undefined when the configuration file is wrong. */
export function suppressionOf(
  { config, ignore: asked, baseline }: SuppressionRequest,
  terminal: Terminal,
  reporter: Reporter,
): SuppressionRules | undefined {
  const own = asked.map(readIgnoreRule);
  const file = findNamedConfigFile(config, terminal);
  const { section, diagnostics } = file
    ? readDoctorConfig(file.source, CHECK_IDS)
    : { section: undefined, diagnostics: [] };
  reporter.add(diagnostics);
  if (file && !section) return undefined;
  const ignore = [...(section?.ignore ?? []), ...own];
  if (baseline !== undefined) return { ignore, baseline: readBaseline(baseline, resolve(terminal.cwd, baseline)) };
  if (!file || section?.baseline === undefined) return { ignore };
  const name = isAbsolute(section.baseline) ? section.baseline : join(file.directory, section.baseline);
  return { ignore, baseline: readBaseline(name, resolve(file.path, section.baseline)) };
}

function readBaseline(name: string, path: string): ReadonlySet<string> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${name}: ${reasonOf(error)}`);
  }
  const baseline = parseBaseline(text);
  if (typeof baseline === "string")
    throw new UsageError(`${name}: ${baseline}`, "write one with --write-baseline FILE");
  return baseline;
}
