import { describe, expect, test } from "@jest/globals";
import { servicePortsOf } from "../pipeline/compile.js";
import { renderDot } from "../render/graph-dot.js";
import { renderMermaid } from "../render/graph-mermaid.js";
import { readRecordedText, recordedCases } from "../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../testing/recorded-cluster.js";
import { buildPathGraph } from "./build-graph.js";
import type { PathGraph } from "./types.js";

function graphsOf(name: string, mode: string, minor: number): PathGraph[] {
  const recorded = recordedCases().find((c) => c.name === name)!;
  const cluster = recordedCluster(name);
  const situation = recordedSituation(recorded, cluster, mode, minor);
  return [...servicePortsOf(cluster, situation)].map((port) => buildPathGraph(port, situation));
}

const labels = (graph: PathGraph, kind: string) => graph.nodes.filter((n) => n.kind === kind).map((n) => n.label);

describe("the path graph", () => {
  for (const recorded of recordedCases()) {
    const text = readRecordedText(recorded.name, "iptables", "iptables-restore", 36);
    if (text === undefined) continue;
    test(`of ${recorded.name} names exactly the chains that kube-proxy wrote`, () => {
      const drawn = new Set(
        graphsOf(recorded.name, "iptables", 36).flatMap(({ nodes }) =>
          nodes.flatMap(({ label, detail }) => [label, ...(detail ?? "").split(", ")]),
        ),
      );
      const written = [...text.matchAll(/^:(KUBE-(?:SVC|SVL|EXT|FW|SEP)-\S+)/gm)].map((m) => m[1]!);
      expect(written.filter((chain) => !drawn.has(chain))).toEqual([]);
      const known = new Set(written);
      expect([...drawn].filter((label) => /^KUBE-(SVC|SVL|EXT|FW|SEP)-/.test(label) && !known.has(label))).toEqual([]);
    });

    test(`of ${recorded.name} gives every station's connections away in full`, () => {
      for (const mode of ["iptables", "ipvs", "nftables"])
        for (const { nodes, edges } of graphsOf(recorded.name, mode, 36))
          for (const { id } of nodes) {
            const shares = edges.filter((e) => e.from === id && e.share !== undefined).map((e) => e.share!);
            if (shares.length > 0) expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
          }
    });
  }

  test("says where a refused connection ends", () => {
    const [graph] = graphsOf("no-endpoints", "iptables", 36);
    expect(labels(graph!, "verdict")).toEqual(["rejected: no endpoints"]);
    expect(labels(graph!, "endpoint")).toEqual([]);
  });

  test("is drawn with every node and edge, and nothing of the input can break out of its quotes", () => {
    const graph: PathGraph = {
      service: 'ns/"evil"',
      port: "",
      protocol: "TCP",
      nodes: [
        { id: "a", kind: "frontend", label: "10.0.0.1:80" },
        { id: "b", kind: "endpoint", label: "x\n]--> y<script>" },
      ],
      edges: [{ from: "a", to: "b", share: 0.25 }],
    };
    expect([...renderMermaid([graph])]).toEqual([
      "flowchart LR",
      '  subgraph p0["ns/#quot;evil#quot; TCP"]',
      '    p0n0(["10.0.0.1:80"])',
      '    p0n1[("x\\x0a]--&gt; y&lt;script&gt;")]',
      '    p0n0 -->|"1/4"| p0n1',
      "  end",
    ]);
    expect([...renderDot([graph])].join("\n")).toContain('label="x\\\\x0a]--> y<script>"');
  });
});
