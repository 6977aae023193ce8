/** svcrules doctor: known failures, from objects and from what was read off a node. */
import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { readDoctorConfig } from "../../lib/check/read-doctor-section.js";
import { CHECKS } from "../../lib/doctor/checks/index.js";
import { examine } from "../../lib/doctor/examine.js";
import { locateFindings } from "../../lib/doctor/locate-findings.js";
import type { DoctorReport } from "../../lib/doctor/run.js";
import { readNodeCaptures } from "../../lib/doctor/read-node-captures.js";
import { parseBaseline, printBaseline, type IgnoreRule, type SuppressionRules } from "../../lib/doctor/suppress.js";
import type { Check } from "../../lib/doctor/types.js";
import { loadCluster } from "../../lib/pipeline/load.js";
import { chunked } from "../../lib/render/chunks.js";
import { doctorJSON } from "../../lib/render/doctor-json.js";
import { doctorLines } from "../../lib/render/doctor-text.js";
import { findingsOfDiagnostics } from "../../lib/report/from-diagnostics.js";
import { settleSituation } from "../../lib/pipeline/situation.js";
import { nearest } from "../../lib/util/nearest.js";
import { refuseWritingInCI } from "../check/ci.js";
import { findNamedConfigFile } from "../check/config-file.js";
import { usesColor } from "../color.js";
import { checkExplanations, reportFindings } from "../doctor-findings.js";
import { UsageError } from "../errors.js";
import { openInputs } from "../io/open-inputs.js";
import { reasonOf } from "../io/walk-directory.js";
import { writeFileAtomically } from "../io/write-output.js";
import { DEFAULT_INPUT, inputsOf, loadInputs, type Loaded } from "../load.js";
import { choiceOf, stringOf, stringsOf, wishesOf, type Args } from "../options.js";
import { makeReporter, type Reporter } from "../reporter.js";
import { reportOwnsStdout, reportTargetsOf, writeReports } from "../reports.js";
import type { ExitCode, Terminal } from "../terminal.js";

/** Said of a compilation; here no node's rules are made. */
const NOTES_ABOUT_RULES: ReadonlySet<string> = new Set(["no-cluster-cidr", "no-node", "node-chosen"]);

export async function runDoctorCommand(args: Args, terminal: Terminal): Promise<ExitCode> {
  if (args["list"] === true) return listChecks(terminal);
  const output = choiceOf(args, "output", ["text", "json"]) ?? "text";
  const targets = reportTargetsOf(args);
  const baseline = stringOf(args, "write-baseline");
  if (baseline !== undefined) refuseWritingInCI("--write-baseline", terminal);
  const checks = chosenChecks(args);
  const reporter = makeReporter(args, terminal);
  const rules = suppressionOf(args, terminal, reporter);
  const report = rules && (await examineInputs(args, terminal, reporter, rules, checks));
  reporter.flush();
  if (!report) return 2;
  if (baseline !== undefined) return writeBaseline(baseline, report, terminal);
  const located = reporter.timed("locate", () => locateFindings(report));
  const ownsStdout = reportOwnsStdout(targets);
  const lines =
    output === "json"
      ? [JSON.stringify(doctorJSON(located), null, 2)]
      : doctorLines(located, { color: !ownsStdout && usesColor(args, terminal), columns: terminal.columns });
  for (const chunk of chunked(lines)) {
    if (ownsStdout) terminal.warn(chunk);
    else if (!terminal.write(chunk)) break;
  }
  writeReports(
    targets,
    {
      tool: { name: "svcrules", version: terminal.version ?? "" },
      command: "doctor",
      checks: report.checks,
      findings: [...findingsOfDiagnostics(reporter.all(), args["strict"] === true), ...reportFindings(located)],
      explanations: checkExplanations(checks),
    },
    terminal,
  );
  const found = report.findings.some(({ severity }) => severity !== "info");
  return found && args["exitZero"] !== true ? 1 : 0;
}

function listChecks(terminal: Terminal): ExitCode {
  for (const { id, severity, title } of CHECKS) terminal.write(`${id.padEnd(36)} ${severity.padEnd(8)} ${title}\n`);
  return 0;
}

/** Reads everything and runs the checks; undefined when something is wrong that must end the run. */
async function examineInputs(
  args: Args,
  terminal: Terminal,
  reporter: Reporter,
  rules: SuppressionRules,
  checks: readonly Check[],
): Promise<DoctorReport | undefined> {
  const opened = await openInputs(stringsOf(args, "on"), terminal);
  reporter.add(opened.diagnostics);
  const loaded = await loadObjects(args, terminal, reporter, opened.sources.length > 0);
  if (!loaded || reporter.failed()) return undefined;
  const given = loaded.proxyConfiguration;
  const cluster = given ? { ...loaded.cluster, proxyConfigurations: [given] } : loaded.cluster;
  const wishes = wishesOf(args);
  // Mode userspace is a finding here, not the end of the run.
  const isUserspace = wishes.mode === undefined && cluster.proxyConfigurations[0]?.["mode"] === "userspace";
  const { situation, diagnostics } = settleSituation(cluster, { ...wishes, ...(isUserspace && { mode: "iptables" }) });
  reporter.add(diagnostics.filter(({ code }) => !NOTES_ABOUT_RULES.has(code)));
  const { captures, diagnostics: unread } = reporter.timed("read captures", () => readNodeCaptures(opened.sources));
  reporter.add(unread.map((diagnostic) => ({ ...diagnostic, severity: "warning" as const })));
  if (!situation || reporter.failed()) return undefined;
  return reporter.timed("examine", () =>
    examine(cluster, {
      features: situation.features,
      controllerFeatures: situation.controllerFeatures,
      config: situation.config,
      configGiven: cluster.proxyConfigurations.length > 0 || wishes.mode !== undefined || (wishes.set?.length ?? 0) > 0,
      captures,
      nodeName: wishes.node ?? (cluster.nodes.length === 1 ? cluster.nodes[0]!.metadata.name : undefined),
      rules,
      checks,
    }),
  );
}

/** The objects of the inputs; none when only captures are given. */
async function loadObjects(
  args: Args,
  terminal: Terminal,
  reporter: Reporter,
  hasCaptures: boolean,
): Promise<Loaded | undefined> {
  const alone = hasCaptures && stringsOf(args, "input").length === 0 && !existsSync(join(terminal.cwd, DEFAULT_INPUT));
  if (alone) return { cluster: loadCluster([]).cluster, proxyConfiguration: undefined, sources: [] };
  return loadInputs(inputsOf(args, "input", terminal), args, terminal, withoutCollisions(reporter));
}

/** What is known already stays known: the old baseline's findings that are still there are written again. */
function writeBaseline(name: string, { findings, suppressed }: DoctorReport, terminal: Terminal): ExitCode {
  const known = suppressed.flatMap(({ finding, by }) => (by === "baseline" ? [finding] : []));
  writeFileAtomically(pathOf(name, terminal), [printBaseline([...findings, ...known])]);
  terminal.warn(`${name}: ${findings.length + known.length} findings written\n`);
  return 0;
}

/** Collisions between Services are findings here, with both places. */
function withoutCollisions(reporter: Reporter): Reporter {
  const isFinding = (code: string) => code === "cluster-ip-collision" || code === "node-port-collision";
  return { ...reporter, add: (diagnostics) => reporter.add(diagnostics.filter(({ code }) => !isFinding(code))) };
}

function pathOf(name: string, { cwd }: Terminal): string {
  return isAbsolute(name) ? name : join(cwd, name);
}

function chosenChecks(args: Args): readonly Check[] {
  const ids = stringsOf(args, "check");
  for (const id of ids) requireCheck(id);
  return ids.length === 0 ? CHECKS : CHECKS.filter(({ id }) => ids.includes(id));
}

function requireCheck(id: string): void {
  if (CHECKS.some((check) => check.id === id)) return;
  const near = nearest(
    id,
    CHECKS.map((check) => check.id),
  );
  throw new UsageError(
    `there is no check "${id}"`,
    near === undefined ? "doctor --list shows them" : `did you mean ${near}?`,
  );
}

function ignoreRule(text: string): IgnoreRule {
  const colon = text.indexOf(":");
  const check = colon < 0 ? text : text.slice(0, colon);
  if (!check.includes("*")) requireCheck(check);
  return colon < 0 ? { check } : { check, object: text.slice(colon + 1).trim() };
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

/** What is not to be reported: from options, the configuration file and the baseline. Undefined when that file is wrong. */
function suppressionOf(args: Args, terminal: Terminal, reporter: Reporter): SuppressionRules | undefined {
  const file = findNamedConfigFile(args, terminal);
  const { section, diagnostics } = file
    ? readDoctorConfig(
        file.source,
        CHECKS.map(({ id }) => id),
      )
    : { section: undefined, diagnostics: [] };
  reporter.add(diagnostics);
  if (file && !section) return undefined;
  const ignore = [...(section?.ignore ?? []), ...stringsOf(args, "ignore").map(ignoreRule)];
  const option = stringOf(args, "baseline");
  if (option !== undefined) return { ignore, baseline: readBaseline(option, pathOf(option, terminal)) };
  if (!file || section?.baseline === undefined) return { ignore };
  const name = isAbsolute(section.baseline) ? section.baseline : join(file.directory, section.baseline);
  return { ignore, baseline: readBaseline(name, resolve(file.path, section.baseline)) };
}
