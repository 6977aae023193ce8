import { expect, test } from "@jest/globals";
import type { RuleContext } from "../backends/iptables/context.js";
import { ownChainsOf, rulesOfOwnChain } from "../backends/iptables/own-chains.js";
import { planServicePort } from "../backends/iptables/plan.js";
import type { Endpoint } from "../endpoints/types.js";
import { joinHostPort } from "../net/ip.js";
import type { ServicePort } from "../services/types.js";
import { fc } from "../testing/fuzz/properties.js";
import { fuzzRuns } from "../testing/fuzz/runs.js";
import { ChainTexts } from "./iptables-chain-texts.js";

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
    name: fc.constantFrom("ns/web:http", "ns/<name>:<target>"),
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
      const chains = plansOf(ports).map((plan) => ownChainsOf(plan, context));
      const texts = new ChainTexts(
        {
          ownChains: () => chains,
          rulesOf: (chain) => rulesOfOwnChain(chain, context),
          otherChains: [],
          otherRules: () => [],
        },
        family,
      );
      for (const chain of chains.flat()) {
        expect(texts.textOf(chain)).toBe(texts.byRules(chain));
        if (texts.patternOf(chain)) patterns++;
      }
    }),
    { numRuns: fuzzRuns(200) },
  );
  expect(patterns).toBeGreaterThan(0);
});
