/** The paths of packets to the service ports of a node, each with where its manifest stands. */
import type { Cluster } from "../cluster/types.js";
import { buildPathGraph } from "../graph/build-graph.js";
import type { ManifestLines, PathGraph } from "../graph/types.js";
import { locate } from "../readers/locate.js";
import type { ServicePort } from "../services/types.js";
import { lineOf, lineStartOf } from "../source/position.js";
import { servicePortsOf, type ServiceFilter } from "./compile.js";
import type { Situation } from "./situation.js";

/** Bytes of a manifest that are shown of a service port. */
const MOST_BYTES = 800;

/** The graph of each service port of the situation's family, made while iterated. */
export function* pathGraphs(
  cluster: Cluster,
  situation: Situation,
  filter: ServiceFilter = {},
): Generator<PathGraph, void, undefined> {
  for (const servicePort of servicePortsOf(cluster, situation, filter))
    yield { ...buildPathGraph(servicePort, situation), manifest: () => manifestOf(servicePort.port) };
}

function manifestOf({ origin, portIndex }: ServicePort): ManifestLines | undefined {
  if (!origin) return undefined;
  const { source, start } = locate({ origin, path: ["spec", "ports", portIndex] });
  const lineStart = lineStartOf(source, start);
  // A dump may be one line: then what stands on it before and after the port is of no use.
  const isOneLine = start - lineStart > MOST_BYTES / 4;
  const from = isOneLine ? start : lineStart;
  const text = new TextDecoder().decode(source.read(from, Math.min(origin.end, from + MOST_BYTES)));
  return {
    file: source.name,
    line: lineOf(source, start),
    text: isOneLine ? text.split("}")[0]! : firstBlock(text.split("\n")),
  };
}

/** The first line, and those of the same item: indented more than its dash, in JSON as much as its first field. */
function firstBlock([first = "", ...rest]: readonly string[]): string {
  const indent = (line: string) => line.length - line.trimStart().length;
  const least = indent(first) + (/^\s*-\s/.test(first) ? 1 : 0);
  const end = rest.findIndex((line) => line.trim() !== "" && indent(line) < least);
  return [first, ...(end < 0 ? rest : rest.slice(0, end))].join("\n").trimEnd();
}
