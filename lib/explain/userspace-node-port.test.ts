import { describe, expect, test } from "@jest/globals";
import { backendInput } from "../pipeline/compile.js";
import { parsePacket } from "../testing/packet-flows.js";
import { recordedCases } from "../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../testing/recorded-cluster.js";
import { compiledNode } from "../testing/traced-node.js";
import { outcomeKey, prepareTrace } from "../trace/index.js";
import { servicePortNotes } from "./service-notes.js";
import { isServedInUserspace } from "./userspace-node-port.js";

function inputOf(name: string) {
  const recorded = recordedCases().find((one) => one.name === name)!;
  const cluster = recordedCluster(name);
  return { cluster, input: backendInput(cluster, recordedSituation(recorded, cluster, "nftables", 37)) };
}

/** What a packet of the node to a loopback address becomes, and whether kube-proxy itself serves it. */
function onLoopback(name: string, to: string): string {
  const node = compiledNode(inputOf(name).input, "nftables");
  const source = to.includes("[") ? "::1" : "127.0.0.1";
  const packet = parsePacket(`node ${source} > ${to}`);
  const [outcome] = prepareTrace(node)(packet).outcomes;
  return `${outcomeKey(outcome!.outcome)}${isServedInUserspace(packet, node) ? ", served" : ""}`;
}

describe("a node port on loopback in nftables mode", () => {
  test("is served by kube-proxy for TCP where a loopback range is asked for, else rejected", () => {
    expect(onLoopback("gate-on-localhost-IPv4", "tcp 127.0.0.1:30053")).toBe("undisturbed, served");
    expect(onLoopback("gate-on-localhost-IPv4", "udp 127.0.0.1:30053")).toBe("rejected");
    expect(onLoopback("gate-on-all-IPv4", "tcp 127.0.0.1:30053")).toBe("rejected");
    expect(onLoopback("gate-on-primary-IPv6", "tcp [::1]:30053")).toBe("rejected");
  });

  test("is nothing of kube-proxy's without the gate, and neither is another port", () => {
    expect(onLoopback("gate-off-localhost-IPv4", "tcp 127.0.0.1:30053")).toBe("undisturbed");
    expect(onLoopback("gate-on-localhost-IPv4", "tcp 127.0.0.1:22")).toBe("undisturbed");
    expect(onLoopback("gate-on-localhost-IPv4", "tcp 192.168.0.11:30053")).not.toContain("served");
  });

  test("is told in the notes of its service port", () => {
    const notes = (name: string, protocol: string) => {
      const { input, cluster } = inputOf(name);
      const own = [...input.servicePorts].find(({ port }) => port.protocol === protocol)!;
      return servicePortNotes(own, cluster.services[0]!, input).join(" ");
    };
    expect(notes("gate-on-localhost-IPv4", "TCP")).toMatch(/served by kube-proxy in userspace/);
    expect(notes("gate-on-localhost-IPv4", "UDP")).toMatch(/On loopback its node port is rejected/);
    expect(notes("gate-on-all-IPv4", "TCP")).toMatch(/On loopback its node port is rejected/);
    expect(notes("gate-off-localhost-IPv4", "TCP")).toMatch(/never open on loopback/);
  });
});
