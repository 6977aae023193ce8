/** Diff reports for people. */
import { Chalk, type ChalkInstance } from "chalk";
import { coverageWords } from "../diff/coverage.js";
import type { Change, DiffReport } from "../diff/types.js";
import { isOfOthers } from "../diff/view-words.js";
import { printable } from "../util/printable.js";
import { changeLines, legendOf } from "./diff-change.js";
import { foldServices, nameOf, type ServiceChanges } from "./diff-fold.js";
import { effectSentence, verdictWords } from "./diff-verdict.js";
import { familyWords } from "./node-label.js";
import { wrap } from "./wrap.js";

export interface DiffTextOptions {
  readonly color: boolean;
  readonly columns: number;
}

/** Services named of those that differ like another; the others are counted. */
const MOST_ALIKE = 12;

/** One node: the verdict and the worst, services by how badly they are hurt, what was assumed and compared, what to do. */
export function* renderDiffText(report: DiffReport, options: DiffTextOptions): Generator<string> {
  const { columns } = options;
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  const differs = report.summary.changes > 0;
  if (differs) for (const line of wrap(printable(verdictWords(report)), columns, "", "  ")) yield chalk.bold(line);
  const legend = legendOf(report);
  if (legend !== undefined) for (const line of wrap(legend, columns, "", "  ")) yield chalk.dim(line);
  if (differs || legend !== undefined) yield "";
  for (const { shown, alike } of foldServices(report.changes)) {
    yield* serviceLines(shown, report, chalk, columns);
    if (alike.length > 0) yield* alikeLines(alike, columns);
    yield "";
  }
  const assumptions = isNothingCompared(report) ? [] : report.assumptions;
  for (const assumption of assumptions) yield* wrap(printable(assumption), columns, "assumed: ", "  ");
  if (assumptions.length > 0) yield "";
  yield* wrap(summaryOf(report), columns, "", "  ");
  const coverage = coverageLine(report);
  if (coverage !== undefined) yield* wrap(printable(coverage), columns, "", "  ");
  if (differs && report.between === undefined) yield* wrap(nextStep(report), columns, "next: ", "  ");
}

const NEXT =
  "diff with --output patch prints what to load on the node; " +
  "kube-proxy should do so by itself: see whether it runs there, and its log";
const NEXT_OF_SECOND =
  "no patch removes a second rule set: see what made it, another kube-proxy or this one in another mode";

const NEXT_OF_OTHERS =
  "no patch removes rules of other programs: see what made them, and whether it means connections to these services";

const NEXT_OF_MADE_UP =
  "no patch is made where addresses or endpoints of the manifests are made up or not known: " +
  "give what the cluster holds, kubectl get services,endpointslices,nodes -A -o json";

/** What to do about the differences of a node. Patches are for the rule set that is compared, of what is known. */
export function nextStep({ changes, coverage }: DiffReport): string {
  if (coverage.notCompared.some(({ reason }) => reason === "made-up")) return NEXT_OF_MADE_UP;
  const isOfSecond = ({ kind, severity }: Change) => kind === "leftover-chain" && severity === "error";
  const areAll = (is: (change: Change) => boolean) =>
    changes.every((change) => change.severity === "info" || is(change));
  if (areAll(isOfSecond)) return NEXT_OF_SECOND;
  return areAll(isOfOthers) ? NEXT_OF_OTHERS : NEXT;
}

function* serviceLines(
  { service, changes }: ServiceChanges,
  report: DiffReport,
  chalk: ChalkInstance,
  columns: number,
): Generator<string> {
  const name = printable(nameOf(service));
  const sentence = report.between === "captures" ? name : printable(effectSentence(service, changes));
  const [first, ...rest] = wrap(sentence, columns, "", "  ");
  yield first!.startsWith(name) ? chalk.bold(name) + first!.slice(name.length) : first!;
  yield* rest;
  for (const change of changes) yield* changeLines(change, report, chalk, columns);
}

function alikeLines(alike: readonly ServiceChanges[], columns: number): string[] {
  const names = alike.slice(0, MOST_ALIKE).map(({ service }) => printable(nameOf(service)));
  const more = alike.length - names.length;
  const rest = more > 0 ? `, and ${more} more (--output json has all)` : "";
  const head = alike.length === 1 ? "1 more service alike: " : `${alike.length} more services alike: `;
  return wrap(names.join(", ") + rest, columns, head, "  ");
}

/** Then what was assumed for the comparison helps nobody. */
function isNothingCompared({ coverage, changes }: DiffReport): boolean {
  return coverage.compared === 0 && coverage.notCompared.length > 0 && changes.length === 0;
}

/** What was not compared; undefined where everything was there and compared. */
export function coverageLine({ coverage }: DiffReport): string | undefined {
  const { notCompared, notGiven } = coverage;
  const given = notGiven.length > 0 ? [`not given: ${notGiven.join(", ")}`] : [];
  if (notCompared.length > 0) return [coverageWords(coverage), ...given].join("; ");
  return given[0];
}

/** "node-1 (iptables, Kubernetes 1.36, IPv4): 5 services, 1 differs, 2 changes". */
export function summaryOf(report: DiffReport): string {
  const { node, mode, kubeVersion, summary, changes } = report;
  const version = kubeVersion === "" ? "" : `, Kubernetes ${kubeVersion}`;
  const head = `${printable(node || "the node")} (${mode}${version}, ${familyWords(report)})`;
  const services = `${summary.services} service${summary.services === 1 ? "" : "s"}`;
  const notes = changes.length - summary.changes;
  const also = notes > 0 ? `, ${notes} note${notes === 1 ? "" : "s"}` : "";
  if (summary.changes === 0) return `${head}: ${services}, ${agreement(report)}${also}`;
  const differ = `${summary.differing} differ${summary.differing === 1 ? "s" : ""}`;
  return `${head}: ${services}, ${differ}, ${summary.changes} change${summary.changes === 1 ? "" : "s"}${also}`;
}

/** A bare "no difference" means: everything was there, and compared. */
function agreement({ identical, coverage }: DiffReport): string {
  const { compared, notCompared, notGiven } = coverage;
  const isDoubtful = !identical && notGiven.length === 0;
  if (compared === 0 && (notCompared.length > 0 || isDoubtful)) return "nothing compared";
  if (notCompared.length > 0 || isDoubtful) return "nothing differs in what was compared";
  return notGiven.length > 0 ? "no difference in what was given" : "no difference";
}
