/** Nodes that have other addresses on the other side: at which node ports are served is no change of a Service. */
import type { Node } from "../kube/types.js";
import type { Side } from "./types.js";

/** More are counted. */
const MOST_NAMED = 3;

/** The note on them where a Service has a node port; none is made where nobody connects to an address of a node. */
export function nodeAddressNotes(before: Side, after: Side): string[] {
  if (![before, after].some(hasNodePort)) return [];
  const earlier = new Map(before.cluster.nodes.map((node) => [node.metadata.name, addressesOf(node)]));
  const moved = after.cluster.nodes.flatMap((node) => {
    const [was, is] = [earlier.get(node.metadata.name), addressesOf(node)];
    return was === undefined || was === is ? [] : [`${node.metadata.name}: ${was} before, ${is} after`];
  });
  if (moved.length === 0) return [];
  const named = moved.slice(0, MOST_NAMED).join("; ");
  const more = moved.length > MOST_NAMED ? ` and ${moved.length - MOST_NAMED} more` : "";
  return [
    `nodes have other addresses (${named}${more}): node ports are compared at each side's own, and clients of the old ones are not looked at`,
  ];
}

function hasNodePort({ services }: Side): boolean {
  return [...services.values()].some(({ spec }) => spec.ports?.some(({ nodePort }) => (nodePort ?? 0) !== 0));
}

function addressesOf({ status }: Node): string {
  const own = (status?.addresses ?? []).filter(({ type }) => type === "InternalIP" || type === "ExternalIP");
  return own.map(({ address }) => address).join(", ") || "none";
}
