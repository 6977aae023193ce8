import { endpoints as endpointsOf } from "../../lib/index.js";
import { endpointRowsOf, type EndpointRow } from "../../lib/endpoints/rows.js";
import { joinHostPort } from "../../lib/net/ip.js";
import { marksOf } from "./marks.js";
import type { EndpointLine, EndpointsOfService, Setup, Told } from "./protocol.js";
import { asked } from "./asked.js";

/** More would be no page to read. */
const MOST_SERVICES = 500;

/** The endpoints of each Service, and why a pod is none. */
export function endpoints(setup: Setup): Told<readonly EndpointsOfService[]> {
  const { sources, options } = asked(setup);
  const { load, kubeVersion } = options;
  const { services, whyNoRules, diagnostics } = endpointsOf(sources, { load, kubeVersion });
  const marks = marksOf(diagnostics);
  if (!services) return { answer: undefined, marks };
  const answer: EndpointsOfService[] = [];
  for (const found of services) {
    const { metadata } = found.service;
    const why = whyNoRules(found.service);
    answer.push({
      service: `${metadata.namespace ?? "default"}/${metadata.name}`,
      source: found.source,
      ...(why !== undefined && { whyNoRules: why }),
      rows: endpointRowsOf(found).map(lineOf),
      leftOut: found.leftOut().map(({ pod, part, reason }) => ({
        pod: pod.metadata.name,
        reason,
        ...(part !== undefined && { part }),
      })),
    });
    if (answer.length === MOST_SERVICES) break;
  }
  return { answer, marks };
}

function lineOf(row: EndpointRow): EndpointLine {
  return {
    port: row.port === "" ? (row.protocol ?? "") : `${row.port} ${row.protocol ?? ""}`,
    address: row.number === null ? row.address : joinHostPort(row.address, row.number),
    state: [row.ready ? "ready" : "not ready", ...(row.terminating ? ["terminating"] : [])].join(", "),
    node: row.node,
    zone: row.zone,
    hints: [...row.zoneHints, ...row.nodeHints].join(", "),
  };
}
