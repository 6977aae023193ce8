/** What is read off the node never excuses that node ports of Services are served nowhere. */
import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../source/source.js";
import { compiledStates } from "../testing/mutations/node-states.js";
import type { ProxyMode } from "../config/proxy-config.js";
import { diffNode } from "./diff-node.js";

function stateOf(mode: ProxyMode, name: string) {
  return compiledStates(mode).find((state) => state.name === name)!;
}

async function diffWithout(mode: ProxyMode, name: string, edit: (text: string) => string) {
  const { cluster, wishes, texts } = stateOf(mode, name);
  const { proxyConfiguration: _, ...told } = wishes;
  const sources = Object.entries(texts).map(([file, text]) => sourceFromText(file, edit(text)));
  return (await diffNode(cluster, told, sources)).report!;
}

const TAIL = /^(-A KUBE-SERVICES .*)-m addrtype --dst-type LOCAL -j KUBE-NODEPORTS$/m;

describe("node-port addresses that are none of the node's own are a difference", () => {
  test("in the set of nftables mode", async () => {
    const elsewhere = (text: string) =>
      text.replace(/(set nodeport-ips \{[^}]*elements = \{\s*)192\.168\.0\.11/, "$110.9.8.7");
    const report = await diffWithout("nftables", "session-affinity", elsewhere);
    expect(report.identical).toBe(false);
    expect(report.changes).toContainEqual(
      expect.objectContaining({ severity: "error", message: expect.stringMatching(/no node port is served/) }),
    );
  });

  test("where kube-proxy's configuration says otherwise", async () => {
    const { cluster, wishes, texts } = stateOf("nftables", "session-affinity");
    const more = (text: string) => text.replace(/(set nodeport-ips \{[^}]*elements = \{\s*)/, "$1172.20.0.9,\n\t\t\t");
    const sources = Object.entries(texts).map(([file, text]) => sourceFromText(file, more(text)));
    const { report } = await diffNode(cluster, wishes, sources);
    expect(report!.changes).toEqual([
      expect.objectContaining({ severity: "error", message: expect.stringContaining("172.20.0.9") }),
    ]);
    const untold = await diffWithout("nftables", "session-affinity", more);
    expect(untold.assumptions).toContainEqual(expect.stringMatching(/no Node of the input has 172\.20\.0\.9$/));
  });

  test("in the last rule of KUBE-SERVICES", async () => {
    const elsewhere = (text: string) => {
      expect(text).toMatch(TAIL);
      return text.replace(TAIL, "-A KUBE-SERVICES -d 10.9.8.7/32 -j KUBE-NODEPORTS");
    };
    const report = await diffWithout("iptables", "session-affinity", elsewhere);
    expect(report.identical).toBe(false);
    expect(report.changes[0]).toMatchObject({ kind: "base-chain-changed", chain: "KUBE-SERVICES", severity: "error" });
  });

  test("and services without endpoints are looked for in both tables before another cluster is suspected", async () => {
    const { cluster, wishes, texts } = stateOf("iptables", "no-endpoints");
    const sources = Object.entries(texts).map(([file, text]) => sourceFromText(file, text));
    expect((await diffNode(cluster, wishes, sources)).report).toMatchObject({ identical: true, changes: [] });
  });
});

test("node ports at every address of the node, where the configuration names one, are an error: bridges have addresses, too", async () => {
  const { cluster, wishes, texts } = stateOf("nftables", "session-affinity");
  const everywhere = (text: string) =>
    text.replaceAll("ip daddr @nodeport-ips", "fib daddr type local ip daddr != 127.0.0.0/8");
  const sources = Object.entries(texts).map(([file, text]) => sourceFromText(file, everywhere(text)));
  expect(sources.some((source) => new TextDecoder().decode(source.read(0, source.size)).includes("fib daddr"))).toBe(
    true,
  );
  const { report } = await diffNode(cluster, wishes, sources);
  expect(report!.identical).toBe(false);
  expect(report!.changes).toContainEqual(expect.objectContaining({ severity: "error", kind: "base-chain-changed" }));
});
