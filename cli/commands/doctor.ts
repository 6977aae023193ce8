/** svcrules doctor: known failures, from objects and from what was read off a node. */
import {
  chosenChecks,
  doctor,
  DOCTOR_CHECKS,
  printBaseline,
  reportOwnsStdout,
  reportTargetsOf,
  selectionOf,
  wishesOf,
  type DoctorReport,
  type RequestOf,
} from "../../lib/index.js";
import { checkExplanations, reportFindings } from "../../lib/report/from-findings.js";
import { jsonLines } from "../../lib/render/json-lines.js";
import { refuseWritingInCI } from "../check/ci.js";
import { usesColor } from "../color.js";
import { openNodeQuestion, printLines } from "../question.js";
import { makeReporter, type Reporter } from "../reporter.js";
import { onStderr, reportOf, writeReports } from "../reports.js";
import { saveChunks } from "../save-lines.js";
import type { ExitCode, Terminal } from "../terminal.js";
import { suppressionOf } from "../doctor/suppression.js";

type DoctorRequest = RequestOf<"doctor">;

export async function runDoctor(request: DoctorRequest, terminal: Terminal): Promise<ExitCode> {
  if (request.list) return listChecks(terminal);
  const targets = reportTargetsOf(request.report);
  if (request.writeBaseline !== undefined) refuseWritingInCI("--write-baseline", terminal);
  const checks = chosenChecks(request.check);
  const reporter = makeReporter(request, terminal);
  const rules = suppressionOf(request, terminal, reporter);
  const report = rules && (await answer(request, terminal, reporter, { rules, checks }));
  reporter.flush();
  if (!report) return 2;
  if (request.writeBaseline !== undefined) return writeBaseline(request.writeBaseline, report, terminal);
  const ownsStdout = reportOwnsStdout(targets);
  printLines(await linesOf(report, request, terminal, ownsStdout), ownsStdout ? onStderr(terminal) : terminal);
  const explanations = checkExplanations(DOCTOR_CHECKS.filter(({ id }) => checks?.includes(id) ?? true));
  const more = { checks: report.checks, findings: reportFindings(report), explanations };
  writeReports(targets, reportOf("doctor", request, reporter, terminal, more), terminal);
  if (reporter.failed()) return 2;
  return report.findings.some(({ severity }) => severity !== "info") && !request.exitZero ? 1 : 0;
}

async function answer(
  request: DoctorRequest,
  terminal: Terminal,
  reporter: Reporter,
  choice: Pick<NonNullable<Parameters<typeof doctor>[1]>, "rules" | "checks">,
): Promise<DoctorReport | undefined> {
  const { sources, options, captures } = await openNodeQuestion(request, terminal, reporter);
  const { report, diagnostics } = doctor(sources, {
    ...options,
    ...wishesOf(request),
    ...selectionOf(request),
    ...choice,
    captures,
  });
  reporter.add(diagnostics);
  return report;
}

async function linesOf(report: DoctorReport, request: DoctorRequest, terminal: Terminal, ownsStdout: boolean) {
  if (request.output === "json") return jsonLines((await import("../../lib/render/doctor-json.js")).doctorJSON(report));
  const { doctorLines } = await import("../../lib/render/doctor-text.js");
  return doctorLines(report, { color: !ownsStdout && usesColor(request, terminal), columns: terminal.columns });
}

/** What is known already stays known: the old baseline's findings that are still there are written again. */
function writeBaseline(name: string, { findings, suppressed }: DoctorReport, terminal: Terminal): ExitCode {
  const known = suppressed.flatMap(({ finding, by }) => (by === "baseline" ? [finding] : []));
  saveChunks(terminal, name, [printBaseline([...findings, ...known])]);
  terminal.warn(`${name}: ${findings.length + known.length} findings written\n`);
  return 0;
}

function listChecks(terminal: Terminal): ExitCode {
  for (const { id, severity, title } of DOCTOR_CHECKS)
    terminal.write(`${id.padEnd(36)} ${severity.padEnd(8)} ${title}\n`);
  return 0;
}
