/** `svcrules compile --output mermaid|dot|html`. */
import { compileGraphs, UsageError, type CompileGraphs, type PathGraph, type Situation } from "../../lib/index.js";
import { printLines } from "../question.js";
import { saveLines } from "../save-lines.js";
import type { ExitCode } from "../terminal.js";
import type { CompileRun } from "../commands/compile.js";

type Drawing = "mermaid" | "dot" | "html";

/** A drawing of more service ports than this is no help to anybody; the page has a search. */
const MOST_DRAWN = 100;

export async function draw(
  format: Drawing,
  { sources, options, request, terminal, reporter }: CompileRun,
): Promise<ExitCode> {
  const { graphs, rules, situation, diagnostics } = compileGraphs(sources, options);
  reporter.tell(diagnostics);
  if (!graphs || !situation) return 2;
  const lines = format === "html" ? await page(graphs, situation, rules) : await drawing(format, graphs);
  if (request.out !== undefined) return saveLines(terminal, request.out, lines);
  printLines(lines, terminal);
  return 0;
}

async function page(
  graphs: Iterable<PathGraph>,
  situation: Situation,
  rules: CompileGraphs["rules"],
): Promise<Iterable<string>> {
  const { renderClusterPage } = await import("../../lib/render/html/cluster-page.js");
  return renderClusterPage(() => graphs, { title: titleOf(situation), rules: await rules() });
}

async function drawing(format: "mermaid" | "dot", graphs: Iterable<PathGraph>): Promise<Iterable<string>> {
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
