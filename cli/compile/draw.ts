/** `svcrules compile --output mermaid|dot|html`. */
import { compileGraphs, type PathGraph, type Situation } from "../../lib/index.js";
import { UsageError } from "../errors.js";
import { printLines } from "../question.js";
import { saveLines } from "../save-lines.js";
import type { ExitCode } from "../terminal.js";
import type { CompileRun } from "./run-compile.js";

type Drawing = "mermaid" | "dot" | "html";

/** A drawing of more service ports than this is no help to anybody; the page has a search. */
const MOST_DRAWN = 100;

export async function draw(
  format: Drawing,
  { sources, options, request, terminal, reporter }: CompileRun,
): Promise<ExitCode> {
  const { graphs, situation, diagnostics } = compileGraphs(sources, options);
  reporter.add(diagnostics);
  reporter.flush();
  if (!graphs || !situation) return 2;
  const lines = await linesOf(format, graphs, situation);
  if (request.out !== undefined) return saveLines(terminal, request.out, lines);
  printLines(lines, terminal);
  return 0;
}

async function linesOf(format: Drawing, graphs: Iterable<PathGraph>, situation: Situation): Promise<Iterable<string>> {
  if (format === "html")
    return (await import("../../lib/render/graph-html.js")).renderHtml(() => graphs, { title: titleOf(situation) });
  const drawn = [...graphs];
  if (drawn.length > MOST_DRAWN)
    throw new UsageError(
      `--output ${format}: ${drawn.length} service ports are too many for one drawing`,
      "choose with --service NS/NAME or --namespace NS, or take --output html",
    );
  return format === "dot"
    ? (await import("../../lib/render/graph-dot.js")).renderDot(drawn)
    : (await import("../../lib/render/graph-mermaid.js")).renderMermaid(drawn);
}

/** e.g. "iptables, node-1, Kubernetes 1.36, IPv4". */
function titleOf({ mode, node, version, family }: Situation): string {
  return [mode, ...(node.name ? [node.name] : []), `Kubernetes ${version.text}`, family].join(", ");
}
