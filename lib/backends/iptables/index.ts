/**
 * kube-proxy's iptables mode: service ports to rules, one service port at a time.
 * Makes no text: `render` spells the rules.
 */
import type { Rule } from "../../rulesets/iptables/types.js";
import type { BackendInput } from "../input.js";
import { masqueradesRandomly } from "../masquerades-randomly.js";
import {
  EXTERNAL_SERVICES,
  FIREWALL,
  FORWARD,
  MARK_MASQ,
  NODEPORTS,
  POSTROUTING,
  PROXY_FIREWALL,
  SERVICES,
} from "./chain-names.js";
import { makeRuleContext } from "./context.js";
import { dispatchRules } from "./dispatch-chain.js";
import { endpointRules } from "./endpoint-chain.js";
import { externalChainRules } from "./external-chain.js";
import { filterRules } from "./filter-rules.js";
import { firewallChainRules } from "./firewall-chain.js";
import { builtInJumps, type Jump } from "./jumps.js";
import { chainsOfPort, rulesOfOwnChain, serviceChainsOf, type OwnChain, type PortChains } from "./own-chains.js";
import { forgetChainNames, planServicePort, type ServicePortPlan } from "./plan.js";
import { captureRules, clusterIPMasqueradeRules } from "./service-capture.js";
import { forwardRules, localhostFirewallRules, masqueradeRules, nodePortTailRules } from "./static-rules.js";

/** One table of the restore document; chains and rules come in groups, each those of one service port or a static block. */
export interface TableProgram {
  readonly name: "filter" | "nat";
  readonly chains: () => Iterable<readonly string[]>;
  readonly rules: () => Iterable<readonly Rule[]>;
  /** The same chain by chain, where most chains belong to one service port; undefined where they do not. */
  readonly byChain?: TableByChain;
}

/** A table's chains in two sorts, so that the rules of nearly all can be made one chain at a time, in any order. */
export interface TableByChain {
  /** Chains of one service port each, by service port. */
  readonly ownChains: () => Iterable<PortChains>;
  readonly rulesOf: (chain: OwnChain) => readonly Rule[];
  readonly otherChains: readonly string[];
  /** The rules of the other chains, in the order of `rules`. */
  readonly otherRules: () => Iterable<readonly Rule[]>;
}

export {
  ownChainsOf,
  endpointChain,
  serviceChain,
  type ChainOwner,
  type OwnChain,
  type PortChains,
} from "./own-chains.js";

export interface IptablesProgram {
  readonly kind: "iptables";
  readonly family: BackendInput["family"];
  readonly largeCluster: boolean;
  /** filter, then nat: the document of one full sync. */
  readonly tables: readonly [TableProgram, TableProgram];
  /** What is put into built-in chains outside the document, in the order made (each in front of the earlier). */
  readonly jumps: readonly Jump[];
  readonly plans: readonly ServicePortPlan[];
}

/**
 * The rules of one family. Decisions are made once; rules are built while they are iterated, so a large cluster's
 * rules never stand in memory together.
 * Source: kube-proxy pkg/proxy/iptables/proxier.go, a full sync on a node without older chains.
 */
export function compileIptables(input: BackendInput): IptablesProgram {
  const plans: ServicePortPlan[] = [];
  let totalEndpoints = 0;
  for (const servicePort of input.servicePorts) {
    totalEndpoints += servicePort.endpoints.all.length;
    plans.push(planServicePort(servicePort, input));
  }
  const context = makeRuleContext(input, input.clusterEndpoints ?? totalEndpoints);
  const filterBase = [SERVICES, EXTERNAL_SERVICES, FORWARD, NODEPORTS, PROXY_FIREWALL];
  if (context.localhostNodePorts) filterBase.push(FIREWALL);

  const filter: TableProgram = {
    name: "filter",
    chains: () => [filterBase],
    *rules() {
      yield localhostFirewallRules(context);
      for (const plan of plans) {
        const rules = filterRules(plan);
        if (rules.length > 0) yield rules;
      }
      yield forwardRules(context);
    },
  };
  const natBase = [SERVICES, NODEPORTS, POSTROUTING, MARK_MASQ];
  const nat: TableProgram = {
    name: "nat",
    *chains() {
      yield natBase;
      for (const plan of plans) yield [...serviceChainsOf(plan), ...plan.reachable.chains];
    },
    *rules() {
      yield masqueradeRules(context.mark, masqueradesRandomly(input));
      for (const plan of plans) {
        yield captureRules(plan, context);
        yield clusterIPMasqueradeRules(plan, context);
        yield externalChainRules(plan, context);
        yield firewallChainRules(plan, context);
        yield dispatchRules(plan, context);
        yield endpointRules(plan, context);
      }
      yield nodePortTailRules(context);
    },
    byChain: {
      *ownChains() {
        for (const plan of plans) {
          yield chainsOfPort(plan, context);
          forgetChainNames(plan);
        }
      },
      rulesOf: (chain) => rulesOfOwnChain(chain, context),
      otherChains: natBase,
      *otherRules() {
        yield masqueradeRules(context.mark, masqueradesRandomly(input));
        for (const plan of plans) yield captureRules(plan, context);
        yield nodePortTailRules(context);
      },
    },
  };
  return {
    kind: "iptables",
    family: input.family,
    largeCluster: context.largeCluster,
    tables: [filter, nat],
    get jumps() {
      return builtInJumps();
    },
    plans,
  };
}
