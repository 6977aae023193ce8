/** Endpoints for people: a table for each Service, then the Pods that are none, with the reason. */
import { Chalk, type ChalkInstance } from "chalk";
import { endpointRowsOf, type EndpointRow } from "../endpoints/rows.js";
import type { LeftOutPod, ServiceEndpoints } from "../endpoints/types.js";
import type { Service } from "../kube/types.js";
import { joinHostPort } from "../net/ip.js";
import { printable } from "../util/printable.js";

export interface EndpointsTableOptions {
  /** Characters a line may have; only names of nodes are shortened to fit. */
  readonly columns: number;
  readonly color: boolean;
  /** Why kube-proxy has no rules for the Service, if it has none. */
  readonly whyNoRules: (service: Service) => string | undefined;
}

const HEADINGS = ["PORT", "ADDRESS", "STATE", "NODE", "ZONE", "HINTS"] as const;
const NODE_COLUMN = 3;
const SHORTEST_NODE = 12;
const INDENT = "  ";
const GAP = "  ";

/** Lines; Services are asked for one by one. */
export function* renderEndpointsTable(
  services: Iterable<ServiceEndpoints>,
  { columns, color, whyNoRules }: EndpointsTableOptions,
): Iterable<string> {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  let first = true;
  for (const endpoints of services) {
    if (!first) yield "";
    first = false;
    const { service } = endpoints;
    const rows = endpointRowsOf(endpoints);
    const leftOut = endpoints.leftOut();
    yield `${chalk.bold(nameOf(service))}  ${printable(frontendOf(service))}`;
    const noRules = whyNoRules(service);
    if (noRules !== undefined) yield `${INDENT}kube-proxy has no rules for it: ${printable(noRules)}`;
    yield INDENT + printable(summaryOf(endpoints, rows, leftOut));
    if (rows.length > 0) yield* tableOf(rows, columns, chalk);
    for (const { pod, part, reason } of leftOut) {
      const what = chalk.yellow(printable(`no endpoint${part === undefined ? "" : ` of ${part}`}:`));
      yield `${INDENT}${what} pod ${printable(`${pod.metadata.name}: ${reason}`)}`;
    }
  }
}

function nameOf({ metadata }: Service): string {
  return printable(`${metadata.namespace ?? "default"}/${metadata.name}`);
}

/** "ClusterIP 10.96.0.10, fd00::10" and the like. */
function frontendOf({ spec }: Service): string {
  const type = spec.type ?? "ClusterIP";
  if (type === "ExternalName") return `${type} ${spec.externalName ?? ""}`;
  if (spec.clusterIP === "None") return "headless";
  const ips = spec.clusterIPs?.length ? spec.clusterIPs : spec.clusterIP ? [spec.clusterIP] : ["without cluster IP"];
  return `${type} ${ips.join(", ")}`;
}

/** How many addresses traffic can be sent to, and where they are known from, or why there are none. */
function summaryOf(
  { service, source, slices }: ServiceEndpoints,
  rows: readonly EndpointRow[],
  leftOut: readonly LeftOutPod[],
): string {
  const count = countOf(rows.filter((row) => row.number !== null));
  switch (source) {
    case "endpointslices":
      return `${count}, as ${slices.length === 1 ? "its EndpointSlice says" : `its ${slices.length} EndpointSlices say`}`;
    case "mirrored":
      return `${count}, mirrored from its Endpoints object`;
    case "pods":
      if (rows.length > 0) return `${count}, from the pods it selects`;
      return `${count}: ${leftOut.length > 0 ? "none of the pods it selects is one" : nothingSelected(service)}`;
    case "unknown":
      return "endpoints unknown: the input holds no EndpointSlices, and the Service selects no pods";
    case "none":
      return service.spec.type === "ExternalName"
        ? "no endpoints: an ExternalName is resolved by DNS alone"
        : "no endpoints: it selects no pods, and no EndpointSlice or Endpoints object names it";
  }
}

function countOf(rows: readonly EndpointRow[]): string {
  const all = new Set(rows.map((row) => row.address)).size;
  const ready = new Set(rows.filter((row) => row.ready).map((row) => row.address)).size;
  if (all === 0) return "no endpoints";
  const count = all === 1 ? "1 endpoint" : `${all} endpoints`;
  return ready === all ? count : `${count}, ${ready} ready`;
}

function nothingSelected({ metadata, spec }: Service): string {
  const pairs = Object.entries(spec.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  return `no pod of namespace ${metadata.namespace ?? "default"} is labelled ${pairs.join(", ")}`;
}

function* tableOf(rows: readonly EndpointRow[], columns: number, chalk: ChalkInstance): Iterable<string> {
  const cells = rows.map(cellsOf);
  const widths = columnWidths(cells, columns);
  yield chalk.dim(lineOf(HEADINGS, widths));
  for (const [i, line] of cells.entries()) {
    const text = lineOf(line, widths);
    yield rows[i]!.ready ? text : chalk.dim(text);
  }
}

/** Characters of each column, 0 for one that is empty on every line. */
function columnWidths(cells: readonly (readonly string[])[], columns: number): number[] {
  const widths = HEADINGS.map((heading, i) => {
    const longest = cells.reduce((max, line) => Math.max(max, line[i]!.length), 0);
    return longest === 0 ? 0 : Math.max(longest, heading.length);
  });
  const used = widths.reduce((sum, width) => sum + (width === 0 ? 0 : width + GAP.length), INDENT.length - GAP.length);
  const node = widths[NODE_COLUMN]!;
  if (used > columns && node > SHORTEST_NODE) widths[NODE_COLUMN] = Math.max(SHORTEST_NODE, node - (used - columns));
  return widths;
}

function cellsOf(row: EndpointRow): readonly string[] {
  const port = row.protocol === null ? "none" : `${row.port === "" ? "" : `${row.port}/`}${row.protocol}`;
  const address = row.number ? joinHostPort(row.address, row.number) : row.address;
  const hints = [...row.zoneHints.map((zone) => `zone ${zone}`), ...row.nodeHints.map((name) => `node ${name}`)];
  return [port, address, stateOf(row), row.node, row.zone, hints.join(", ")].map(printable);
}

/** A Pod that is being deleted and still answers serves while no other does. */
function stateOf({ ready, serving, terminating }: EndpointRow): string {
  const words = [ready ? "ready" : serving ? "serving" : "not ready"];
  if (ready && !serving) words.push("not serving");
  if (terminating) words.push("terminating");
  return words.join(", ");
}

function lineOf(cells: readonly string[], widths: readonly number[]): string {
  let line = INDENT.slice(GAP.length);
  for (const [i, width] of widths.entries()) if (width > 0) line += GAP + fit(cells[i]!, width);
  return line.trimEnd();
}

function fit(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}
