/** Rules of others that connections to virtual servers meet before IPVS, or before KUBE-SERVICES marks them. */
import { NODEPORTS, SERVICES } from "../iptables/kube-chains.js";
import { takersInEarlierTables } from "../iptables/earlier-tables.js";
import type { KubeRule } from "../iptables/kube-rule.js";
import { Owners } from "../iptables/owners.js";
import { refusalsOfInput, takersBehind, takersInFront, type ByPlace } from "../iptables/rules-in-front.js";
import { Side } from "../iptables/side.js";
import type { Change } from "../types.js";
import { isCutChain, type CapturedTable } from "../../rulesets/iptables/capture.js";
import type { IPVSProtocol } from "../../rulesets/ipvs/types.js";
import type { ExpectedIPVS } from "./types.js";

/** Of the built-in chains of one captured table. */
export function compareRulesInFront(expected: ExpectedIPVS, held: CapturedTable): Change[] {
  const { name, chains, file } = held;
  if (name !== "nat" && name !== "filter") return [];
  const side = new Side(new Map([[name, { name, chains, file }]]), expected.state.family);
  const owners = new Owners([]);
  let byPlace: ByPlace | undefined;
  const frontends = () => (byPlace ??= frontendsOf(expected));
  if (name === "filter") return isCutChain(held, "INPUT") ? [] : refusalsOfInput(owners, side, frontends);
  return ["PREROUTING", "OUTPUT"].flatMap((chain) =>
    isCutChain(held, chain)
      ? []
      : [...takersInFront(chain, owners, side, frontends), ...takersBehind(chain, owners, side, frontends)],
  );
}

/** Of the tables that packets meet before table nat, among all that were captured. */
export function compareEarlierTables(expected: ExpectedIPVS, captured: readonly CapturedTable[]): Change[] {
  return takersInEarlierTables(captured, expected.state.family, new Owners([]), () => frontendsOf(expected));
}

/** As rules, by what a rule of somebody else may name. */
function frontendsOf({ state, nodePorts }: ExpectedIPVS): ByPlace {
  const byPlace = new Map<string, KubeRule[]>();
  const add = (place: string, rule: KubeRule) => {
    const own = byPlace.get(place);
    if (own) own.push(rule);
    else byPlace.set(place, [rule]);
  };
  for (const { protocol, port, label } of nodePorts) add(`*:${port}`, ruleOf(NODEPORTS, label, protocol, port));
  for (const { address, protocol, port, origin } of state.virtualServers)
    if (origin && origin.role !== "node-port") add(address, ruleOf(SERVICES, origin.label, protocol, port, address));
  return byPlace;
}

function ruleOf(chain: string, label: string, protocol: IPVSProtocol, port: number, address?: string): KubeRule {
  return {
    chain,
    clauses: [
      ...(address === undefined ? [] : [{ kind: "destination" as const, address }]),
      { kind: "transport", protocol, destinationPort: { ports: String(port) } },
    ],
    target: { kind: "none" },
    comment: label,
    text: "",
    meaning: "",
    countsOnly: false,
    at: undefined,
  };
}
