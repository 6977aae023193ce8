import { coverageWords, diff as compare, doctor as examine, trace as follow } from "../../lib/index.js";
import type { DiffReport, DoctorReport, TraceView } from "../../lib/index.js";
import { marksOf } from "./marks.js";
import type { CapturedFile, Setup, Told } from "./protocol.js";
import { asked } from "./asked.js";
import { sourcesOf } from "./sources.js";

export interface TraceQuestion extends Setup {
  readonly from: string;
  readonly to: string;
}

/** What becomes of a packet. */
export async function trace(question: TraceQuestion): Promise<Told<TraceView>> {
  const { from, to } = question;
  const { sources, options } = asked(question);
  const { view, diagnostics } = await follow(sources, { ...options, from, to });
  return { answer: view, marks: marksOf(diagnostics) };
}

export interface DiffQuestion extends Setup {
  readonly captures: readonly CapturedFile[];
}

export interface DiffAnswer {
  readonly report: DiffReport;
  /** What brings the node right, for the mode's own tool. */
  readonly patch: string;
  /** How much was compared, in words. */
  readonly coverage: string;
}

/** What a node holds, compared with what it should hold. */
export async function diff(question: DiffQuestion): Promise<Told<DiffAnswer>> {
  const { sources, options } = asked(question);
  const { report, diagnostics, patch } = await compare(sources, sourcesOf(question.captures), options);
  const marks = marksOf(diagnostics);
  if (!report) return { answer: undefined, marks };
  return { answer: { report, patch: [...patch()].join("\n"), coverage: coverageWords(report.coverage) }, marks };
}

/** Known failures in the input. */
export function doctor(question: DiffQuestion): Told<DoctorReport> {
  const { sources, options } = asked(question);
  const { report, diagnostics } = examine(sources, { ...options, captures: sourcesOf(question.captures) });
  // Findings may hold objects of the input, which do not cross a thread; what is shown is text.
  return { answer: report && (JSON.parse(JSON.stringify(report)) as DoctorReport), marks: marksOf(diagnostics) };
}
