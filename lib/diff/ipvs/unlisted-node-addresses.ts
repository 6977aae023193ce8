/** Node ports on addresses of the node that the input does not tell of. */
import type { ExpectedIPVS } from "./types.js";
import { listWords } from "../view-words.js";
import type { VirtualServer } from "../../rulesets/ipvs/types.js";

export interface SplitStale {
  readonly stale: readonly VirtualServer[];
  readonly assumptions: readonly string[];
}

/**
 * Virtual servers for a known node port on another address are no drift while the host's interfaces are not known: a
 * Node object tells few of its addresses. `hostAddresses`: of the host's interfaces, when a listing shows them.
 */
export function splitUnlistedNodeAddresses(
  { state, nodePorts: known }: ExpectedIPVS,
  stale: readonly VirtualServer[],
  hostAddresses: readonly string[] | undefined,
): SplitStale {
  if (hostAddresses) return { stale, assumptions: [] };
  const nodePorts = new Set(known.map(({ protocol, port }) => `${protocol} ${port}`));
  const virtualAddresses = new Set(state.addresses.map(({ address }) => address));
  const isNodePort = ({ protocol, address, port }: VirtualServer) =>
    nodePorts.has(`${protocol} ${port}`) && !virtualAddresses.has(address);
  const unlisted = stale.filter(isNodePort);
  if (unlisted.length === 0) return { stale, assumptions: [] };
  const addresses = [...new Set(unlisted.map(({ address }) => address))].sort();
  return {
    stale: stale.filter((server) => !isNodePort(server)),
    assumptions: [
      `${listWords(addresses)} ${addresses.length > 1 ? "are" : "is"} taken for the node's: node ports are programmed there ` +
        "(give ip addr show to have this checked)",
    ],
  };
}
