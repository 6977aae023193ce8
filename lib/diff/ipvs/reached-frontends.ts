/** What a capture tells of the connections that IPVS serves, without manifests: names of Services stand in no listing. */
import { familyOfIP, joinHostPort, type IPFamily } from "../../net/ip.js";
import { BUILT_IN_CHAINS, type CapturedTable } from "../../rulesets/iptables/capture.js";
import { parseRule } from "../../rulesets/iptables/parse-rule.js";
import type { Rule, Table, TableName } from "../../rulesets/iptables/types.js";
import type { IPVSProtocol, VirtualServer } from "../../rulesets/ipvs/types.js";
import { isOfOthersToo, POSTROUTING } from "../iptables/kube-chains.js";
import { frontendText } from "../view-words.js";
import { DEVICE } from "./compare-bound-addresses.js";
import { nodePortProtocol, setRole } from "./set-roles.js";
import type { ExpectedIPVS, IPVSCapture } from "./types.js";

/** As what is expected, of which a frontend's label is its address and port: what rules of others do to it can be asked. */
export function reachedFrontends(capture: IPVSCapture, tables: readonly CapturedTable[], family: IPFamily) {
  const own = (capture.virtualServers ?? []).filter(({ address }) => familyOfIP(address) === family);
  const bound = boundAddresses(capture);
  const virtualServers = own.map((server): VirtualServer => {
    const { address, port } = server;
    const isNodePort = bound !== undefined && !bound.has(address);
    const label = isNodePort ? frontendText({ port }) : joinHostPort(address, port);
    return { ...server, origin: { label, ...(isNodePort && { role: "node-port" }) } };
  });
  const ofFamily = tables.filter((table) => table.family === family || table.family === "unknown");
  const reached: ExpectedIPVS = {
    state: { kind: "ipvs", family, virtualServers, sets: healthChecksOf(capture), addresses: [] },
    iptables: { kind: "iptables", family, tables: TABLES.map((name) => ownTable(name, ofFamily)) },
    jumps: TABLES.flatMap((name) => jumpsOf(name, ofFamily)),
    nodePorts: nodePortsOf(capture, virtualServers),
    excludeCIDRs: [],
    isUnnamed: true,
  };
  return reached;
}

const TABLES: readonly TableName[] = ["nat", "filter", "mangle", "raw", "security"];

/** Those of Services, apart from node ports; undefined where no listing tells. */
function boundAddresses({ sets, interfaces }: IPVSCapture): ReadonlySet<string> | undefined {
  const inSets = sets?.filter(({ name }) => setRole(name) === "bound-addresses") ?? [];
  const onDevice = interfaces?.filter(({ name }) => name === DEVICE) ?? [];
  if (inSets.length + onDevice.length === 0) return undefined;
  return new Set([
    ...inSets.flatMap(({ entries }) => entries.map(({ text }) => text)),
    ...onDevice.flatMap(({ addresses }) => addresses.map(({ address }) => address)),
  ]);
}

function healthChecksOf({ sets = [] }: IPVSCapture) {
  return sets
    .filter(({ name }) => setRole(name) === "health-check")
    .map((set) => ({ ...set, entries: set.entries.map((entry) => ({ ...entry, origin: { label: entry.text } })) }));
}

/** Each once, of the sets and of virtual servers at addresses of the node. */
function nodePortsOf({ sets = [] }: IPVSCapture, servers: readonly VirtualServer[]): ExpectedIPVS["nodePorts"] {
  const found = new Map<string, ExpectedIPVS["nodePorts"][number]>();
  const add = (protocol: IPVSProtocol, port: number) =>
    found.set(`${protocol} ${port}`, { protocol, port, label: frontendText({ port }) });
  for (const { protocol, port, origin } of servers) if (origin?.role === "node-port") add(protocol, port);
  for (const { name, entries } of sets) {
    const protocol = setRole(name) === "node-port" ? nodePortProtocol(name) : undefined;
    if (protocol) for (const { text } of entries) add(protocol, Number(text));
  }
  return [...found.values()];
}

/** The chains that kube-proxy alone writes; of their rules those that tell its mark. */
function ownTable(name: TableName, captured: readonly CapturedTable[]): Table {
  const held = captured.filter((table) => table.name === name);
  const names = new Set(held.flatMap(({ chains }) => [...chains.keys()].filter((chain) => !isOfOthersToo(chain))));
  const rules = held.flatMap((table) => rulesOf(table, POSTROUTING));
  return { name, chains: [...names].map((chain) => ({ name: chain })), rules };
}

function jumpsOf(table: TableName, captured: readonly CapturedTable[]): { table: TableName; rule: Rule }[] {
  const held = captured.filter(({ name }) => name === table);
  const rules = held.flatMap((one) => [...BUILT_IN_CHAINS].flatMap((chain) => rulesOf(one, chain)));
  return rules.filter(isOwnJump).map((rule) => ({ table, rule }));
}

function isOwnJump({ target }: Rule): boolean {
  return target.kind === "jump" && !isOfOthersToo(target.chain);
}

function rulesOf({ chains }: CapturedTable, chain: string): Rule[] {
  const texts = chains.get(chain)?.texts ?? [];
  return texts.flatMap((text) => {
    const parsed = parseRule(text, (name) => chains.has(name));
    return "rule" in parsed ? [parsed.rule] : [];
  });
}
