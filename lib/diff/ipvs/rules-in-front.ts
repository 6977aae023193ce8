/** Rules of others that connections to virtual servers meet before IPVS, or before KUBE-SERVICES marks them. */
import { takersInEarlierTables } from "../iptables/earlier-tables.js";
import type { KubeRule } from "../iptables/kube-rule.js";
import { NodeAddresses } from "../iptables/node-addresses.js";
import { Owners } from "../iptables/owners.js";
import {
  frontendOf,
  frontendsAsRules,
  refusalsOfInput,
  takersBehind,
  takersInFront,
  type ByPlace,
} from "../iptables/rules-in-front.js";
import { namedSideTable } from "../iptables/select-tables.js";
import { Side } from "../iptables/side.js";
import { withReach } from "../effect-turns.js";
import { onceEach } from "../once-each.js";
import type { Change } from "../types.js";
import { isCutChain, type CapturedTable } from "../../rulesets/iptables/capture.js";
import type { TableName } from "../../rulesets/iptables/types.js";
import type { FirstPacket } from "../../rulesets/iptables/first-packet.js";
import { Refusals } from "../../rulesets/iptables/refusals.js";
import { parseIP } from "../../net/ip.js";
import { BEFORE_IPVS, listWords } from "../view-words.js";
import { serviceOfLabel } from "./attribute-stale.js";
import { refusedHealthChecks, type HealthCheck } from "../iptables/refused-health-checks.js";
import { setRole } from "./set-roles.js";
import type { ExpectedIPVS } from "./types.js";

/** Of PREROUTING and OUTPUT in one captured table nat. */
export function compareRulesInFront(expected: ExpectedIPVS, held: CapturedTable): Change[] {
  if (held.name !== "nat") return [];
  const side = sideOf(expected, held);
  const owners = new Owners([]);
  const frontends = onceMade(() => frontendsOf(expected));
  return ["PREROUTING", "OUTPUT"].flatMap((chain) =>
    isCutChain(held, chain)
      ? []
      : [...takersInFront(chain, owners, side, frontends), ...takersBehind(chain, owners, side, frontends)],
  );
}

/** Tables whose chain INPUT packets meet before IPVS, which is called there at priority 99. Source: Linux ip_vs_core.c. */
const BEFORE_INPUT_OF_IPVS = ["mangle", "filter", "security"] as const;

/** Of INPUT in all captured tables that packets meet before IPVS: both variants of iptables refuse. */
export function compareInputs(expected: ExpectedIPVS, captured: readonly CapturedTable[]): Change[] {
  const frontends = onceMade(() => frontendsOf(expected));
  const checks = healthChecksOf(expected);
  const own = new Set(expected.iptables.tables.flatMap(({ chains }) => chains.map(({ name }) => name)));
  const found = BEFORE_INPUT_OF_IPVS.flatMap((name) =>
    tablesOf(expected, captured, name).flatMap((held) => {
      if (isCutChain(held, "INPUT")) return [];
      const side = sideOf(expected, held);
      return [
        ...refusalsOfInput(name, new Owners([]), side, frontends),
        ...refusedByPolicy(name, expected, held, side, frontends),
        ...refusedHealthChecks({
          side,
          isLeftOut: (_, chain) => chain !== HEALTH_CHECK_CHAIN && own.has(chain),
          checks,
        }),
      ];
    }),
  );
  return onceEach(found);
}

/** The chain that accepts health checks. */
const HEALTH_CHECK_CHAIN = "KUBE-NODE-PORT";

/** Of health-check ports, for which kube-proxy has a set. */
function healthChecksOf({ state, isUnnamed }: ExpectedIPVS): HealthCheck[] {
  const entries = state.sets.find(({ name }) => setRole(name) === "health-check")?.entries ?? [];
  return entries.flatMap(({ text, origin }) =>
    origin ? [{ service: isUnnamed ? undefined : serviceOfLabel(origin.label), port: Number(text) }] : [],
  );
}

/** Where no rule of INPUT may accept connections to virtual servers, and its policy is DROP. */
function refusedByPolicy(
  table: TableName,
  { iptables }: ExpectedIPVS,
  held: CapturedTable,
  side: Side,
  frontends: () => ByPlace,
): Change[] {
  const own = new Set(iptables.tables.find(({ name }) => name === table)?.chains.map(({ name }) => name));
  const refusals = new Refusals({
    chain: "INPUT",
    policy: side.policyOf(table, "INPUT"),
    situation: { isTranslated: false, isForwarded: true, isLocal: true },
    rulesOf: (chain) => side.rulesOf(table, chain),
    isLeftOut: (chain) => own.has(chain),
    isHeld: (chain) => held.chains.has(chain) && !isCutChain(held, chain),
  });
  if (side.policyOf(table, "INPUT") !== "DROP" || !refusals.mayRefuse()) return [];
  const refused = [...frontends().values()].flat().filter((rule) => refusals.refuserOf(packetTo(rule)) === "policy");
  const services = [...new Set(refused.map((rule) => rule.comment?.split(":")[0] ?? frontendOf(rule)))].sort();
  if (services.length === 0) return [];
  const message =
    `the policy of INPUT in table ${table}, which no rule is in front of, refuses connections to ${services.length} ` +
    `${services.length === 1 ? "service" : "services"}: ${listWords(services)}, ${BEFORE_IPVS}`;
  const change: Change = {
    kind: "rule-order",
    severity: "error",
    ...(services.length === 1 && { service: services[0]! }),
    chain: "INPUT",
    message,
    expected: [],
    actual: ["-P INPUT DROP"],
  };
  return [withReach(change, () => refused.map(frontendOf).join(" "))];
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

/** The captured tables of a name and family; of unknown family where none says that it is of this one. */
export function tablesOf(
  { state }: ExpectedIPVS,
  captured: readonly CapturedTable[],
  name: TableName,
): readonly CapturedTable[] {
  const named = captured.filter((table) => table.name === name && !table.hasNames);
  const ofFamily = named.filter(({ family }) => family === state.family);
  return ofFamily.length > 0 ? ofFamily : named.filter(({ family }) => family === "unknown");
}

export function sideOf({ state }: ExpectedIPVS, held: CapturedTable): Side {
  return new Side(new Map(namedSideTable(held).map((table) => [table.name, table] as const)), state.family);
}

function onceMade<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Of the tables that packets meet before table nat, among all that were captured. */
export function compareEarlierTables(expected: ExpectedIPVS, captured: readonly CapturedTable[]): Change[] {
  return takersInEarlierTables(captured, expected.state.family, new Owners([]), () => frontendsOf(expected));
}

function frontendsOf({ state, nodePorts, isUnnamed }: ExpectedIPVS): ByPlace {
  const servers = state.virtualServers.flatMap(({ address, protocol, port, origin }) =>
    origin && origin.role !== "node-port" ? [{ address, protocol, port, label: origin.label }] : [],
  );
  const reached = [...nodePorts, ...servers];
  const rules = frontendsAsRules(isUnnamed ? reached.map((one) => ({ ...one, label: undefined })) : reached);
  const atNode = state.virtualServers.flatMap(({ address, origin }) => (origin?.role === "node-port" ? [address] : []));
  return Object.assign(rules, { own: new NodeAddresses(atNode.length > 0 ? new Set(atNode) : undefined, () => []) });
}
