/** What NetworkPolicies say to a delivered packet, and whether the pod declares the port. */
import type { Pod } from "../../kube/types.js";
import type { PolicyEvaluator } from "../../netpol/evaluate.js";
import type { DirectionVerdict, Party } from "../../netpol/types.js";
import type { PolicyView } from "./trace-view.js";
import type { PlaceBook } from "../place-book.js";

export interface DeliveredPacket {
  readonly sender: Party;
  /** Who the receiver takes for the sender: a node where the source was rewritten. */
  readonly seenAs: Party;
  readonly receiver: Party;
  /** Upper case. */
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly port: number;
}

/** Egress is judged with the sender itself, ingress with the source that arrives. */
export function policyView(packet: DeliveredPacket, evaluator: PolicyEvaluator, book: PlaceBook): PolicyView {
  const { protocol, port } = packet;
  const sent = evaluator.evaluate({ source: packet.sender, destination: packet.receiver, protocol, port });
  const seen =
    packet.seenAs === packet.sender
      ? sent
      : evaluator.evaluate({ source: packet.seenAs, destination: packet.receiver, protocol, port });
  const both = [sent.egress.verdict, seen.ingress.verdict];
  const view = ({ verdict, reason, rule, isolatedBy }: DirectionVerdict) => {
    const policy = rule?.policy ?? isolatedBy[0];
    const place = policy?.origin && {
      origin: policy.origin,
      path: rule?.path ?? ["metadata", "name"],
    };
    return { verdict, reason, ...(place && { at: book.note(place) }) };
  };
  return {
    verdict: both.includes("denied") ? "denied" : both.includes("unknown") ? "unknown" : "allowed",
    egress: view(sent.egress),
    ingress: view(seen.ingress),
    notes: [...new Set([...sent.notes, ...seen.notes])],
  };
}

/** Whether one of the pod's containers declares the port; packets do not ask for it, people do. */
export function declaredPortText(pod: Pod, port: number, protocol: string): string {
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  const containers = [...(pod.spec.containers ?? []), ...sidecars];
  const others: string[] = [];
  for (const { name, ports } of containers)
    for (const own of ports ?? []) {
      if (own.containerPort === port && (own.protocol ?? "TCP") === protocol)
        return `container ${name} declares port ${port}/${protocol}${own.name === undefined ? "" : ` (${own.name})`}`;
      others.push(`${own.containerPort}/${own.protocol ?? "TCP"}`);
    }
  return others.length === 0
    ? "no container declares any port, so this does not tell whether something listens"
    : `no container declares port ${port}/${protocol}, only ${others.join(", ")}: something else may be meant`;
}
