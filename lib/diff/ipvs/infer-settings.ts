/** What the iptables rules of a node in IPVS mode tell of kube-proxy's configuration. */
import type { IPFamily } from "../../net/ip.js";
import type { CapturedTable } from "../../rulesets/iptables/capture.js";
import { parseRule } from "../../rulesets/iptables/parse-rule.js";
import type { Rule } from "../../rulesets/iptables/types.js";
import { setsOf } from "./normal-rules.js";
import { setRole } from "./set-roles.js";

export interface InferredIPVSSettings {
  /** Assignments to fields of the KubeProxyConfiguration, "PATH=VALUE", each with the sentence that says it. */
  readonly settings: readonly { readonly assignment: string; readonly words: string }[];
  readonly randomFully: boolean | undefined;
}

/** Reads masquerade bit, local detection and masqueradeAll from table nat of the family. */
export function inferIpvsSettings(tables: readonly CapturedTable[], family: IPFamily): InferredIPVSSettings {
  const nat = tables.find((table) => table.name === "nat" && (table.family === family || table.family === "unknown"));
  const rulesOf = (chain: string) => (nat?.chains.get(chain)?.texts ?? []).flatMap(readRule);
  const masquerades = rulesOf("KUBE-POSTROUTING").flatMap((rule) =>
    // The hairpin rule never has the option.
    rule.target.kind === "masquerade" && setsOf(rule).length === 0 ? [rule.target.randomFully === true] : [],
  );
  return {
    settings: [...masqueradeBit(rulesOf("KUBE-MARK-MASQ")), ...localDetection(rulesOf("KUBE-SERVICES"))],
    randomFully: masquerades[0],
  };
}

function readRule(text: string): Rule[] {
  const parsed = parseRule(text);
  return "rule" in parsed ? [parsed.rule] : [];
}

function masqueradeBit(rules: readonly Rule[]): InferredIPVSSettings["settings"] {
  for (const { target } of rules) {
    const bit = target.kind === "mark" ? Math.log2(target.value) : NaN;
    if (Number.isInteger(bit))
      return [{ assignment: `iptables.masqueradeBit=${bit}`, words: `masquerade bit ${bit}, from KUBE-MARK-MASQ` }];
  }
  return [];
}

const FROM = "from the rule of KUBE-SERVICES that marks traffic to cluster IPs";

/** The rule that marks traffic to cluster IPs says whose: all, that of others than local pods, or that of services. */
function localDetection(rules: readonly Rule[]): InferredIPVSSettings["settings"] {
  const rule = rules.find(
    ({ clauses, target }) =>
      target.kind === "jump" &&
      target.chain === "KUBE-MARK-MASQ" &&
      clauses.some((clause) => clause.kind === "set" && setRole(clause.name) === "cluster-ip"),
  );
  if (!rule) return [];
  const local = rule.clauses.find(({ kind }) => kind === "source" || kind === "in-interface");
  if (local?.kind === "source")
    return [{ assignment: `clusterCIDR=${local.address}`, words: `local pods in ${local.address}, ${FROM}` }];
  if (local?.kind === "in-interface") {
    const prefix = local.name.endsWith("+");
    const name = prefix ? local.name.slice(0, -1) : local.name;
    const mode = prefix ? "InterfaceNamePrefix" : "BridgeInterface";
    return [
      { assignment: `detectLocalMode=${mode}`, words: `local pods at interface ${local.name}, ${FROM}` },
      { assignment: `detectLocal.${prefix ? "interfaceNamePrefix" : "bridgeInterface"}=${name}`, words: "" },
    ];
  }
  const isBySource = rule.clauses.some((clause) => clause.kind === "set" && clause.directions[0] === "src");
  return isBySource
    ? [{ assignment: "clusterCIDR=", words: `no local traffic detection, ${FROM}` }]
    : [{ assignment: "iptables.masqueradeAll=true", words: `masqueradeAll, ${FROM}` }];
}
