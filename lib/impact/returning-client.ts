/** What becomes of a client that has come to a Service before, through another of its addresses. */
import { prepareTrace, SHARE_TOLERANCE, type Packet, type TracedNode } from "../trace/index.js";
import type { ServicePort } from "../services/types.js";
import { classify } from "./classify.js";
import type { ClientOutcomes, Destination } from "./types.js";
import { isBeside } from "./destinations.js";

/**
 * In words for both sides; undefined where they are the same, or where there is no session affinity. A client whose
 * first connections fare differently is told of already.
 */
export function returningClient(
  packet: Packet,
  { role, before, after }: Destination,
  outcomes: Pick<ClientOutcomes, "before" | "after">,
  nodes: readonly [TracedNode, TracedNode],
): ClientOutcomes["again"] {
  const hasAffinity = [before, after].some((own) => own?.port.affinitySeconds !== undefined);
  if (!before || !after || !hasAffinity || isBeside(role)) return undefined;
  if (classify(outcomes.before, outcomes.after).length > 0) return undefined;
  const words = [againWords(packet, before.port, nodes[0]), againWords(packet, after.port, nodes[1])] as const;
  return words[0] === words[1] ? undefined : { before: words[0], after: words[1] };
}

function againWords(packet: Packet, port: ServicePort, node: TracedNode): string {
  const first = prepareTrace(node)({ ...packet, destination: port.clusterIP, destinationPort: port.port });
  const path = first.outcomes.find(({ outcome }) => outcome.kind === "endpoint")?.paths[0];
  if (!path || path.outcome.kind !== "endpoint") return "a client reaches no endpoint through the cluster IP first";
  if (path.remembered.length === 0) return "a client that came to the cluster IP before is not remembered";
  const chosen = path.outcome;
  const affinity = new Map(path.remembered.map((name) => [name, [packet.source]]));
  const again = prepareTrace({ ...node, facts: { ...node.facts, affinity } })(packet);
  let share = 0;
  for (const { outcome, probability } of again.outcomes)
    if (outcome.kind === "endpoint" && outcome.address === chosen.address && outcome.port === chosen.port)
      share += probability;
  return share > 1 - SHARE_TOLERANCE
    ? `a client that came to the cluster IP before stays with its endpoint for ${port.affinitySeconds} s`
    : "a client that came to the cluster IP before is given any endpoint";
}
