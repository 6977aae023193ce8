/** What captured rules hold for a Service that no object tells of: by their comments and by the names of chains. */
import { nearest } from "../util/nearest.js";
import type { PlacedRule, RuleIndex } from "./rule-index.js";

export interface CapturedService {
  /** The rules that tell its addresses and ports apart. */
  readonly dispatch: readonly PlacedRule[];
  /** Its chains that those rules lead to, and all of them in nftables mode; sorted. */
  readonly chains: readonly string[];
}

const DISPATCH = new Set(["KUBE-SERVICES", "KUBE-NODEPORTS", "KUBE-EXTERNAL-SERVICES"]);
const CHAIN_OF_NFT = /^(?:service|local|external|firewall)-[A-Z2-7]{8}-([^/]+\/[^/]+)\//;

/** `name`: "NAMESPACE/NAME". Undefined when the rules name no such Service. */
export function findCapturedService(name: string, index: RuleIndex): CapturedService | undefined {
  const dispatch: PlacedRule[] = [];
  const chains = new Set<string>();
  forEachNamed(index, (service, found) => {
    if (service !== name) return;
    if (typeof found === "string") chains.add(found);
    else {
      dispatch.push(found);
      const { target } = found.kind === "iptables" ? found.rule : { target: undefined };
      if (target?.kind === "jump" || target?.kind === "goto") chains.add(target.chain);
    }
  });
  if (dispatch.length === 0 && chains.size === 0) return undefined;
  return { dispatch, chains: [...chains].filter((chain) => chain !== "KUBE-MARK-MASQ").sort() };
}

/** The Service of the rules whose name is most like it. */
export function nearestCapturedService(name: string, index: RuleIndex): string | undefined {
  const names = new Set<string>();
  forEachNamed(index, (service) => names.add(service));
  return nearest(name, [...names].sort());
}

function forEachNamed(index: RuleIndex, see: (service: string, found: PlacedRule | string) => void): void {
  for (const { name, rules } of index.chains) {
    const ofNft = CHAIN_OF_NFT.exec(name)?.[1];
    if (ofNft !== undefined) see(ofNft, name);
    if (!DISPATCH.has(name)) continue;
    for (const rule of rules) {
      const service = serviceInComment(rule);
      if (service !== undefined) see(service, rule);
    }
  }
}

/** Comments begin with the service port: "shop/web:http cluster IP". */
function serviceInComment(placed: PlacedRule): string | undefined {
  if (placed.kind !== "iptables") return undefined;
  for (const clause of placed.rule.clauses)
    if (clause.kind === "comment") {
      const name = /^([a-z0-9-]+\/[a-z0-9.-]+)(?::[a-z0-9-]+)?(?: |$)/.exec(clause.text)?.[1];
      if (name !== undefined) return name;
    }
  return undefined;
}
