/** What the iptables rules of a node in IPVS mode tell of kube-proxy's configuration. */
import { joinHostPort, type IPFamily } from "../../net/ip.js";
import type { CapturedTable } from "../../rulesets/iptables/capture.js";
import { parseRule } from "../../rulesets/iptables/parse-rule.js";
import type { IPSet } from "../../rulesets/ipvs/types.js";
import type { Rule } from "../../rulesets/iptables/types.js";
import type { Evidence, InferredSetting } from "../inferred.js";
import { setsOf } from "./normal-rules.js";
import { setRole } from "./set-roles.js";

export interface InferredIPVSSettings {
  readonly settings: readonly InferredSetting[];
  readonly randomFully?: boolean;
  /** The rule that tells `randomFully`. */
  readonly masquerade?: Evidence;
}

/** Reads masquerade bit, local detection and masqueradeAll from table nat of the family. */
export function inferIpvsSettings(tables: readonly CapturedTable[], family: IPFamily): InferredIPVSSettings {
  const nat = tables.find((table) => table.name === "nat" && (table.family === family || table.family === "unknown"));
  const rulesOf = (chain: string) => (nat ? rulesIn(nat, chain) : []);
  // The hairpin rule never has the option.
  const masquerade = rulesOf("KUBE-POSTROUTING").find(
    ({ rule }) => rule.target.kind === "masquerade" && setsOf(rule).length === 0,
  );
  return {
    settings: [...masqueradeBit(rulesOf("KUBE-MARK-MASQ")), ...localDetection(rulesOf("KUBE-SERVICES"))],
    ...(masquerade?.rule.target.kind === "masquerade" && {
      randomFully: masquerade.rule.target.randomFully === true,
      masquerade: evidenceOf(masquerade)[0]!,
    }),
  };
}

interface Told extends Evidence {
  readonly rule: Rule;
}

function rulesIn({ chains, file }: CapturedTable, name: string): Told[] {
  const { texts = [], lines = [] } = chains.get(name) ?? {};
  return texts.flatMap((text, i): Told[] => {
    const parsed = parseRule(text);
    return "rule" in parsed ? [{ text, rule: parsed.rule, at: { file, line: lines[i]! } }] : [];
  });
}

function evidenceOf({ text, at }: Told): readonly Evidence[] {
  return [{ text, ...(at && { at }) }];
}

function masqueradeBit(rules: readonly Told[]): InferredSetting[] {
  for (const told of rules) {
    const { target } = told.rule;
    const bit = target.kind === "mark" ? Math.log2(target.value) : NaN;
    const words = `masquerade bit ${bit}, from KUBE-MARK-MASQ`;
    if (Number.isInteger(bit))
      return [{ assignment: `iptables.masqueradeBit=${bit}`, words, evidence: evidenceOf(told) }];
  }
  return [];
}

const FROM = "from the rule of KUBE-SERVICES that marks traffic to cluster IPs";

/** The rule that marks traffic to cluster IPs says whose: all, that of others than local pods, or that of services. */
function localDetection(rules: readonly Told[]): InferredSetting[] {
  const told = rules.find(
    ({ rule: { clauses, target } }) =>
      target.kind === "jump" &&
      target.chain === "KUBE-MARK-MASQ" &&
      clauses.some((clause) => clause.kind === "set" && setRole(clause.name) === "cluster-ip"),
  );
  if (!told) return [];
  const { rule } = told;
  const setting = (assignment: string, what: string): InferredSetting => ({
    assignment,
    words: what === "" ? "" : `${what}, ${FROM}`,
    evidence: evidenceOf(told),
  });
  const local = rule.clauses.find(({ kind }) => kind === "source" || kind === "in-interface");
  if (local?.kind === "source") return [setting(`clusterCIDR=${local.address}`, `local pods in ${local.address}`)];
  if (local?.kind === "in-interface") {
    const prefix = local.name.endsWith("+");
    const name = prefix ? local.name.slice(0, -1) : local.name;
    const mode = prefix ? "InterfaceNamePrefix" : "BridgeInterface";
    return [
      setting(`detectLocalMode=${mode}`, `local pods at interface ${local.name}`),
      setting(`detectLocal.${prefix ? "interfaceNamePrefix" : "bridgeInterface"}=${name}`, ""),
    ];
  }
  const isBySource = rule.clauses.some((clause) => clause.kind === "set" && clause.directions[0] === "src");
  return isBySource
    ? [setting("clusterCIDR=", "no local traffic detection")]
    : [setting("iptables.masqueradeAll=true", "masqueradeAll")];
}

/** "ip:port" of the endpoints in the set by which hairpin traffic is told: kube-proxy enters local ones alone. */
export function loopbackEndpoints(sets: readonly IPSet[], family: IPFamily): string[] {
  const name = family === "IPv6" ? "KUBE-6-LOOP-BACK" : "KUBE-LOOP-BACK";
  const entries = sets.find((set) => set.name === name)?.entries ?? [];
  return entries.flatMap(({ text }) => {
    const [address, port] = /^([0-9a-f.:]+),\w+:(\d+),/.exec(text)?.slice(1) ?? [];
    return address === undefined ? [] : [joinHostPort(address, Number(port))];
  });
}
