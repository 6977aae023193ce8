/** Compiled rules that are traced as they are mean what their printed text means, packet by packet. */
import { describe, expect, test } from "@jest/globals";
import { compileMode } from "../pipeline/artifacts.js";
import { backendInput } from "../pipeline/compile.js";
import { clientsOf, packetTo } from "../explain/frontend-flows.js";
import { frontendsOf } from "../explain/frontends.js";
import { localAddressesOf } from "../explain/clients.js";
import { sweep } from "../testing/fuzz/runs.js";
import { recordedCases } from "../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../testing/recorded-cluster.js";
import { compiledNode } from "../testing/traced-node.js";
import { checkFlows } from "../testing/packet-flows.js";
import { describeDistribution, distributionOf, prepareTrace } from "../trace/index.js";
import { tracedNodeOf } from "./traced-node.js";

const cases = recordedCases().filter(({ name }) => name !== "large-cluster" && name !== "hundred-endpoints");

describe.each(["iptables", "ipvs", "nftables"] as const)("mode %s", (mode) => {
  test.each(sweep(cases, 15))("of $name: every packet to a frontend ends alike", async (recorded) => {
    const cluster = recordedCluster(recorded.name);
    const input = () => backendInput(cluster, recordedSituation(recorded, cluster, mode, 36));
    const facts = { localAddresses: localAddressesOf(input()) };
    const direct = prepareTrace(tracedNodeOf(await compileMode(input()), facts));
    const printed = prepareTrace(compiledNode(input(), mode, facts));
    let packets = 0;
    for (const { port, endpoints } of input().servicePorts) {
      const service = cluster.services.find(
        ({ metadata }) => metadata.name === port.service && (metadata.namespace ?? "default") === port.namespace,
      )!;
      for (const frontend of frontendsOf(port, service))
        for (const client of clientsOf(port, new Set(endpoints.all.map(({ ip }) => ip)), input())) {
          const packet = packetTo(port, frontend, client, input());
          const [a, b] = [direct(packet), printed(packet)].map((trace) => describeDistribution(distributionOf(trace)));
          expect(`${JSON.stringify(packet)} ${a}`).toBe(`${JSON.stringify(packet)} ${b}`);
          packets++;
        }
    }
    // A case without Service ports, such as loopback-nodeports, has no frontend to send a packet to.
    expect(packets > 0).toBe([...input().servicePorts].length > 0);
  });
});

test("the packet tables of recorded rules hold for rules that were never printed", async () => {
  const recorded = recordedCases().find(({ name }) => name === "loadbalancer-source-ranges")!;
  const cluster = recordedCluster(recorded.name);
  const compiled = await compileMode(backendInput(cluster, recordedSituation(recorded, cluster, "iptables", 36)));
  checkFlows(
    tracedNodeOf(compiled, { localAddresses: ["192.168.0.11"] }),
    `
    outside 198.51.100.9 > tcp 203.0.113.23:80  = 10.244.1.2:8080 10.244.2.2:8080 masqueraded
    outside 198.51.101.9 > tcp 203.0.113.23:80  = dropped
    pod 10.244.1.9 > tcp 203.0.113.23:80        = dropped
    outside 198.51.101.9 > tcp 192.168.0.11:30063 = 10.244.1.2:8080 10.244.2.2:8080 masqueraded`,
  );
});
