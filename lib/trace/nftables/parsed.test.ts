/** Recorded nft texts, once as kube-proxy wrote them and once as nodes list them, mean what the compiled rules mean. */
import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { parseNftCommands } from "../../rulesets/nftables/parse-commands.js";
import { parseNftList } from "../../rulesets/nftables/parse-list.js";
import { parseNftJSON } from "../../rulesets/nftables/parse-json.js";
import type { NftTable } from "../../rulesets/nftables/types.js";
import { sourceFromBytes } from "../../source/source.js";
import { backendInput, servicePortsOf } from "../../pipeline/compile.js";
import { readRecordedText, recordedCases } from "../../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../../testing/recorded-cluster.js";
import { compiledNode } from "../../testing/traced-node.js";
import { describeDistribution, distributionOf, prepareTrace, type Packet, type TracedNode } from "../index.js";

const cases = recordedCases().filter(
  ({ name }) => readRecordedText(name, "nftables", "nft", 37) && name !== "large-cluster",
);

test.each(cases)("$name means the same recorded and compiled", (recorded) => {
  const cluster = recordedCluster(recorded.name);
  const minors = [31, 36, 37].filter((minor) => readRecordedText(recorded.name, "nftables", "nft", minor));
  expect(minors.length).toBeGreaterThan(0);
  for (const minor of minors) {
    const situation = recordedSituation(recorded, cluster, "nftables", minor);
    const compiled = compiledNode(backendInput(cluster, situation), "nftables");
    const { tables, unread } = parseNftCommands(readRecordedText(recorded.name, "nftables", "nft", minor)!.split("\n"));
    expect(unread).toEqual([]);
    const read = prepareTrace({ ...compiled, nftables: [{ kind: "nftables", tables }] });
    const made = prepareTrace(compiled);
    for (const { port } of servicePortsOf(cluster, situation)) {
      for (const destination of [port.clusterIP, ...port.externalIPs, ...port.loadBalancerVIPs]) {
        const packet: Packet = {
          protocol: port.protocol.toLowerCase() as Packet["protocol"],
          source: situation.family === "IPv6" ? "2001:db8:99::1" : "198.51.100.99",
          destination,
          destinationPort: port.port,
          arrival: { from: "outside", interface: "eth0" },
        };
        expect(describeDistribution(distributionOf(read(packet)))).toBe(
          describeDistribution(distributionOf(made(packet))),
        );
      }
    }
  }
});

const listed = (tables: readonly NftTable[]): TracedNode => ({
  nftables: [{ kind: "nftables", tables }],
  facts: { localAddresses: ["192.168.0.11"] },
});

test.each([
  ["clean-2000", "node.txt"],
  ["json-2001", "node.json"],
])("what the node of %s lists is understood to the last rule", (name, file) => {
  const path = new URL(`../../../golden/kube-proxy/nodes/${name}/${file}`, import.meta.url);
  const source = sourceFromBytes(file, readFileSync(path));
  const { tables } = file.endsWith(".json") ? parseNftJSON(source) : parseNftList(source);
  const tracer = prepareTrace(listed(tables.filter((table) => table.family === "ip")));
  let endpoints = 0;
  for (const set of tables.find((table) => table.family === "ip")!.sets.filter(({ name }) => name === "service-ips"))
    for (const { key } of set.elements) {
      const [destination, protocol, port] = key as [string, Packet["protocol"], number];
      for (const arrival of [{ from: "node" }, { from: "outside", interface: "eth0" }] as const) {
        const source = arrival.from === "node" ? "192.168.0.11" : "198.51.100.99";
        const { outcomes } = tracer({ protocol, source, destination, destinationPort: port, arrival });
        expect(outcomes.filter(({ outcome }) => outcome.kind === "unknown")).toEqual([]);
        endpoints += outcomes.filter(({ outcome }) => outcome.kind === "endpoint").length;
      }
    }
  expect(endpoints).toBeGreaterThan(10);
});
