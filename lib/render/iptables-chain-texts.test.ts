import { expect, test } from "@jest/globals";
import { POSTROUTING, SERVICES } from "../backends/iptables/chain-names.js";
import type { RuleContext } from "../backends/iptables/context.js";
import type { IptablesProgram, TableByChain, TableProgram } from "../backends/iptables/index.js";
import { chainsOfPort, ownChainsOf, rulesOfOwnChain } from "../backends/iptables/own-chains.js";
import { planServicePort } from "../backends/iptables/plan.js";
import type { Endpoint } from "../endpoints/types.js";
import { joinHostPort } from "../net/ip.js";
import type { ServicePort } from "../services/types.js";
import type { Rule } from "../rulesets/iptables/types.js";
import { fc } from "../testing/fuzz/properties.js";
import { fuzzRuns } from "../testing/fuzz/runs.js";
import { ChainTexts } from "./iptables-chain-texts.js";
import { renderIptablesSave } from "./iptables-save.js";

const IPS = {
  IPv4: ["10.244.0.1", "10.244.13.255", "010.1.0.1", "::ffff:10.0.0.1", "fd00::1"],
  IPv6: ["fd00::1", "fd00:1:2:3:4:5:6:7", "FD00::A", "fd00:0::1", "10.0.0.1"],
} as const;

const endpointOf = (ip: string, host: string, port: number) =>
  ({ ip, host, port, target: joinHostPort(host, port) }) as Endpoint;

const servicePorts = (family: "IPv4" | "IPv6") => {
  const ip = fc.constantFrom(...IPS[family]);
  const endpoint = fc
    .record({
      ip,
      host: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, ip),
      port: fc.oneof({ weight: 9, arbitrary: fc.constant(80) }, fc.constant(8080)),
    })
    .map(({ ip, host, port }) => endpointOf(ip, host ?? ip, port));
  return fc.record({
    name: fc.constantFrom("ns/web:http", "ns/<name>:<target>", "ns/api", "ns/db:p1", "ns/db:p2"),
    protocol: fc.constantFrom("TCP" as const, "UDP" as const, "SCTP" as const),
    affinitySeconds: fc.constantFrom(undefined, 60, 10800),
    endpoints: fc.array(endpoint, { maxLength: 4 }),
  });
};

function plansOf(drawn: readonly { readonly endpoints: readonly Endpoint[]; readonly name: string }[]) {
  return drawn.map(({ endpoints: reachable, ...own }) => {
    const port = { ...own, loadBalancerVIPs: [], sourceRanges: [], usesClusterEndpoints: true };
    const endpoints = { all: reachable, cluster: reachable, local: [], reachable, hasAny: reachable.length > 0 };
    return planServicePort({ port: port as unknown as ServicePort, endpoints });
  });
}

test("the text of each chain is that of its rules, printed one by one", () => {
  const family = fc.constantFrom("IPv4" as const, "IPv6" as const);
  const drawn = family.chain((family) =>
    fc.record({
      family: fc.constant(family),
      largeCluster: fc.boolean(),
      ports: fc.array(servicePorts(family), { maxLength: 6 }),
    }),
  );
  let patterns = 0;
  fc.assert(
    fc.property(drawn, ({ family, largeCluster, ports }) => {
      const context = { largeCluster } as RuleContext;
      const chains = plansOf(ports).map((plan) => chainsOfPort(plan, context));
      const texts = new ChainTexts(
        {
          ownChains: () => chains,
          rulesOf: (chain) => rulesOfOwnChain(chain, context),
          otherChains: [],
          otherRules: () => [],
        },
        family,
      );
      for (const chain of chains.flatMap(ownChainsOf)) {
        expect(texts.textOf(chain)).toBe(texts.byRules(chain));
        if (texts.patternOf(chain)) patterns++;
      }
    }),
    { numRuns: fuzzRuns(200) },
  );
  expect(patterns).toBeGreaterThan(0);
});

test("a table whose endpoints' chains are put in order as numbers reads as one of all rules", () => {
  const family = fc.constantFrom("IPv4" as const, "IPv6" as const);
  const drawn = family.chain((family) =>
    fc.record({
      family: fc.constant(family),
      largeCluster: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
      ports: fc.uniqueArray(servicePorts(family), { maxLength: 8, selector: ({ name, protocol }) => name + protocol }),
    }),
  );
  fc.assert(
    fc.property(drawn, ({ family, largeCluster, ports }) => {
      const context = { largeCluster } as RuleContext;
      const plans = plansOf(ports.map((port) => ({ ...port, endpoints: withoutRepeats(port.endpoints) })));
      const ofPorts = plans.map((plan) => chainsOfPort(plan, context));
      const own = ofPorts.flatMap(ownChainsOf);
      const jump: Rule = { chain: SERVICES, clauses: [], target: { kind: "return" }, origin: undefined };
      const table: TableProgram = {
        name: "nat",
        chains: () => [[SERVICES, POSTROUTING], own.map(({ name }) => name)],
        rules: () => [[jump], ...own.map((chain) => rulesOfOwnChain(chain, context))],
      };
      const byChain: TableByChain = {
        ownChains: () => ofPorts,
        rulesOf: (chain) => rulesOfOwnChain(chain, context),
        otherChains: [SERVICES, POSTROUTING],
        otherRules: () => [[jump]],
      };
      const saved = (tables: TableProgram[]) =>
        [...renderIptablesSave({ tables, family, jumps: [] } as unknown as IptablesProgram)].join("\n");
      expect(saved([{ ...table, byChain }])).toBe(saved([table]));
    }),
    { numRuns: fuzzRuns(300) },
  );
});

function withoutRepeats(endpoints: readonly Endpoint[]): Endpoint[] {
  return [...new Map(endpoints.map((endpoint) => [endpoint.target, endpoint])).values()];
}
