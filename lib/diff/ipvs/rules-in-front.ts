/** Rules of others that connections to virtual servers meet before IPVS, or before KUBE-SERVICES marks them. */
import { takersInEarlierTables } from "../iptables/earlier-tables.js";
import type { KubeRule } from "../iptables/kube-rule.js";
import { Owners } from "../iptables/owners.js";
import {
  frontendsAsRules,
  refusalsOfInput,
  takersBehind,
  takersInFront,
  type ByPlace,
} from "../iptables/rules-in-front.js";
import { Side } from "../iptables/side.js";
import type { Change } from "../types.js";
import { isCutChain, type CapturedTable } from "../../rulesets/iptables/capture.js";
import type { FirstPacket } from "../../rulesets/iptables/first-packet.js";
import { Refusals } from "../../rulesets/iptables/refusals.js";
import { parseIP } from "../../net/ip.js";
import { BEFORE_IPVS, listWords } from "../view-words.js";
import type { ExpectedIPVS } from "./types.js";

/** Of the built-in chains of one captured table. */
export function compareRulesInFront(expected: ExpectedIPVS, held: CapturedTable): Change[] {
  const { name, chains, file } = held;
  if (name !== "nat" && name !== "filter") return [];
  const side = new Side(new Map([[name, { name, chains, file }]]), expected.state.family);
  const owners = new Owners([]);
  let byPlace: ByPlace | undefined;
  const frontends = () => (byPlace ??= frontendsOf(expected));
  if (name === "filter")
    return isCutChain(held, "INPUT")
      ? []
      : [...refusalsOfInput(owners, side, frontends), ...refusedByPolicy(expected, held, side, frontends)];
  return ["PREROUTING", "OUTPUT"].flatMap((chain) =>
    isCutChain(held, chain)
      ? []
      : [...takersInFront(chain, owners, side, frontends), ...takersBehind(chain, owners, side, frontends)],
  );
}

/** Where no rule of INPUT in table filter may accept connections to virtual servers, and its policy is DROP. */
function refusedByPolicy(
  { iptables }: ExpectedIPVS,
  held: CapturedTable,
  side: Side,
  frontends: () => ByPlace,
): Change[] {
  const own = new Set(iptables.tables.find(({ name }) => name === "filter")?.chains.map(({ name }) => name));
  const refusals = new Refusals({
    chain: "INPUT",
    policy: side.chain("filter", "INPUT")?.policy,
    situation: { isTranslated: false, isForwarded: true, isLocal: true },
    rulesOf: (chain) => side.rulesOf("filter", chain),
    isLeftOut: (chain) => own.has(chain),
    isHeld: (chain) => held.chains.has(chain) && !isCutChain(held, chain),
  });
  if (side.chain("filter", "INPUT")?.policy !== "DROP" || !refusals.mayRefuse()) return [];
  const refused = [...frontends().values()].flat().filter((rule) => refusals.refuserOf(packetTo(rule)) === "policy");
  const services = [...new Set(refused.flatMap(({ comment }) => comment?.split(":")[0] ?? []))].sort();
  if (services.length === 0) return [];
  const message =
    `the policy of INPUT in table filter, which no rule is in front of, refuses connections to ${services.length} ` +
    `${services.length === 1 ? "service" : "services"}: ${listWords(services)}, ${BEFORE_IPVS}`;
  return [
    {
      kind: "rule-order",
      severity: "error",
      ...(services.length === 1 && { service: services[0]! }),
      chain: "INPUT",
      message,
      expected: [],
      actual: ["-P INPUT DROP"],
    },
  ];
}

function packetTo({ clauses }: KubeRule): FirstPacket {
  const destination = clauses.find((clause) => clause.kind === "destination");
  const transport = clauses.find((clause) => clause.kind === "transport");
  return {
    address: destination && parseIP(destination.address),
    protocol: transport?.protocol ?? "",
    port: Number(transport?.destinationPort?.ports),
  };
}

/** Of the tables that packets meet before table nat, among all that were captured. */
export function compareEarlierTables(expected: ExpectedIPVS, captured: readonly CapturedTable[]): Change[] {
  return takersInEarlierTables(captured, expected.state.family, new Owners([]), () => frontendsOf(expected));
}

function frontendsOf({ state, nodePorts }: ExpectedIPVS): ByPlace {
  const servers = state.virtualServers.flatMap(({ address, protocol, port, origin }) =>
    origin && origin.role !== "node-port" ? [{ address, protocol, port, label: origin.label }] : [],
  );
  return frontendsAsRules([...nodePorts, ...servers]);
}
