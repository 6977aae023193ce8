/** `svcrules compile --format mermaid|dot|html`. */
import { servicePortsOf } from "../../lib/pipeline/compile.js";
import { buildPathGraph } from "../../lib/graph/build-graph.js";
import type { PathGraph } from "../../lib/graph/types.js";
import { chunked } from "../../lib/render/chunks.js";
import type { Situation } from "../../lib/pipeline/situation.js";
import { UsageError } from "../errors.js";
import type { Loaded } from "../load.js";
import { filterOf, type Args } from "../options.js";
import type { Reporter } from "../reporter.js";
import { saveLines } from "../save-lines.js";
import type { ExitCode, Terminal } from "../terminal.js";
import type { GraphFormat } from "./graph-formats.js";

export interface GraphJob {
  readonly loaded: Loaded;
  readonly situation: Situation;
  readonly args: Args;
  readonly output: string | undefined;
  readonly terminal: Terminal;
  readonly reporter: Reporter;
}

/** A drawing of more service ports than this is no help to anybody; the page has a search. */
const MOST_DRAWN = 100;

export async function compileGraph(format: GraphFormat, job: GraphJob): Promise<ExitCode> {
  const { loaded, situation, args, output, terminal, reporter } = job;
  reporter.flush();
  const graphs = graphsOf(loaded, situation, args);
  const lines = await linesOf(format, graphs, situation);
  if (output !== undefined) return saveLines(terminal, output, lines);
  for (const chunk of chunked(lines)) if (!terminal.write(chunk)) break;
  return 0;
}

function* graphsOf({ cluster }: Loaded, situation: Situation, args: Args): Iterable<PathGraph> {
  for (const servicePort of servicePortsOf(cluster, situation, filterOf(args)))
    yield buildPathGraph(servicePort, situation);
}

/** e.g. "iptables, node-1, Kubernetes 1.36, IPv4". */
export function titleOf({ mode, node, version, family }: Situation): string {
  return [mode, ...(node.name ? [node.name] : []), `Kubernetes ${version.text}`, family].join(", ");
}

async function linesOf(
  format: GraphFormat,
  graphs: Iterable<PathGraph>,
  situation: Situation,
): Promise<Iterable<string>> {
  if (format === "html")
    return (await import("../../lib/render/graph-html.js")).renderHtml(graphs, { title: titleOf(situation) });
  const drawn = [...graphs];
  if (drawn.length > MOST_DRAWN)
    throw new UsageError(
      `--format ${format}: ${drawn.length} service ports are too many for one drawing`,
      "choose with --service NS/NAME or --namespace NS, or take --format html",
    );
  return format === "dot"
    ? (await import("../../lib/render/graph-dot.js")).renderDot(drawn)
    : (await import("../../lib/render/graph-mermaid.js")).renderMermaid(drawn);
}
