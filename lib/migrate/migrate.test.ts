/** Differences between modes and releases: found by reasoning, and the same whether Services are looked at alone or together. */
import { describe, expect, test } from "@jest/globals";
import { backendInput } from "../pipeline/compile.js";
import { createEndpointResolver } from "../endpoints/resolve.js";
import type { IPFamily } from "../net/ip.js";
import { compiledNode } from "../node/node-rules.js";
import { recordedCases } from "../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../testing/recorded-cluster.js";
import type { Cluster } from "../cluster/types.js";
import type { Situation } from "../pipeline/situation.js";
import { migrate, type Migration } from "./migrate.js";
import type { Side } from "./types.js";

function sideOf(cluster: Cluster, situation: Situation): Side {
  const inputs = new Map<IPFamily, ReturnType<typeof backendInput>>();
  return {
    inputFor(_node, family) {
      let input = inputs.get(family);
      if (!input) {
        const made = backendInput(cluster, situation, {}, family);
        const interfaceAddresses = [...made.node.interfaceAddresses, "172.17.0.1"];
        input = { ...made, servicePorts: [], clusterEndpoints: 0, node: { ...made.node, interfaceAddresses } };
        inputs.set(family, input);
      }
      return input;
    },
  };
}

async function between(
  name: string,
  from: readonly [string, number],
  to: readonly [string, number],
  only?: string,
): Promise<Migration> {
  const recorded = recordedCases().find((one) => one.name === name)!;
  const cluster = recordedCluster(name);
  const [before, after] = [from, to].map(([mode, minor]) => recordedSituation(recorded, cluster, mode, minor)) as [
    Situation,
    Situation,
  ];
  return migrate({
    cluster,
    services: cluster.services.filter(({ metadata }) => only === undefined || metadata.name === only),
    families: [recorded.family],
    node: before.node.name,
    otherNodes: false,
    resolve: createEndpointResolver(cluster, before.controllerFeatures),
    before: sideOf(cluster, before),
    after: sideOf(cluster, after),
    compile: compiledNode,
  });
}

const ids = ({ reasons }: Migration) => reasons.map(({ id }) => id);

describe("a change of mode", () => {
  test("from iptables to nftables closes node ports on other addresses and loopback", async () => {
    const found = await between("nodeport", ["iptables", 36], ["nftables", 36]);
    expect(ids(found)).toEqual(["node-port-addresses", "localhost-node-ports", "unused-ports"]);
  });

  test("says nothing of node ports where nodePortAddresses already hold them to the primary address", async () => {
    const found = await between("nodeport-addresses-primary", ["iptables", 36], ["nftables", 36]);
    expect(ids(found)).not.toContain("node-port-addresses");
  });

  test("from iptables to IPVS stops dropping under Local policies without local endpoints", async () => {
    const found = await between("internal-local", ["iptables", 36], ["ipvs", 36]);
    const { differences } = found.reasons.find(({ id }) => id === "local-policy")!;
    expect(differences.some(({ before }) => before === "dropped without an answer")).toBe(true);
  });

  test("from IPVS to nftables keeps affinity across the addresses of a service", async () => {
    const found = await between("session-affinity-local", ["ipvs", 36], ["nftables", 36]);
    expect(ids(found)).toContain("session-affinity");
  });

  test("to the same mode and release changes nothing", async () => {
    for (const { name } of recordedCases().filter((one) => !one.name.startsWith("large")))
      for (const mode of ["iptables", "nftables"]) {
        const found = await between(name, [mode, 36], [mode, 36]);
        expect({ name, reasons: found.reasons }).toEqual({ name, reasons: [] });
      }
  });
});

describe("a change of release", () => {
  test("that learns ipMode leaves load-balancer addresses of mode Proxy to the network", async () => {
    const found = await between("loadbalancer-ipmode-proxy", ["iptables", 28], ["iptables", 36]);
    expect(ids(found)).toContain("frontend-gone");
    const back = await between("loadbalancer-ipmode-proxy", ["iptables", 36], ["iptables", 28]);
    expect(ids(back)).toContain("frontend-new");
  });
});

describe("shapes", () => {
  test.each(recordedCases().filter(({ name }) => /^random/.test(name)))(
    "in $name: a Service looked at alone differs as it does among all",
    async ({ name }) => {
      const together = await between(name, ["iptables", 36], ["nftables", 36]);
      const alone = [];
      for (const { metadata } of recordedCluster(name).services)
        for (const { id, differences } of (await between(name, ["iptables", 36], ["nftables", 36], metadata.name))
          .reasons)
          for (const difference of differences) alone.push(JSON.stringify({ id, ...difference }));
      const all = together.reasons.flatMap(({ id, differences }) =>
        differences.map((difference) => JSON.stringify({ id, ...difference })),
      );
      expect([...new Set(all)].sort()).toEqual([...new Set(alone)].sort());
    },
  );
});
