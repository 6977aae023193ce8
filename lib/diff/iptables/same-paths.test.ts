/** A large capture that is read and compared the quick way says what it says the slow way, whatever byte is wrong in it. */
import { expect, test } from "@jest/globals";
import { compileIptables } from "../../backends/iptables/index.js";
import { backendInput } from "../../pipeline/compile.js";
import { settleSituation } from "../../pipeline/situation.js";
import { expectedTables } from "../../render/iptables-expected.js";
import { renderIptablesSave } from "../../render/iptables-save.js";
import type { Captures } from "../../rulesets/iptables/capture.js";
import { readCaptures } from "../../rulesets/iptables/read-captures.js";
import { sourceFromText, type Source } from "../../source/source.js";
import { mutate, randomFrom } from "../../testing/fuzz/mutate.js";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { clusterOf, makeNode, makeService, makeSlice } from "../../testing/objects.js";
import { diffIptables, iptablesPatch, iptablesSections } from "./index.js";

const SERVICES = 40;
const cluster = clusterOf([
  makeNode("node-1"),
  ...Array.from({ length: SERVICES }, (_, i) => [
    makeService(
      {
        clusterIP: `10.96.0.${i + 1}`,
        clusterIPs: [`10.96.0.${i + 1}`],
        ...(i % 3 === 0 && { type: "NodePort", externalTrafficPolicy: i % 2 === 0 ? "Local" : "Cluster" }),
        ...(i % 5 === 0 && { sessionAffinity: "ClientIP" }),
        ports: [{ name: "http", protocol: "TCP", port: 80, ...(i % 3 === 0 && { nodePort: 30000 + i }) }],
      },
      { name: `web-${i}` },
    ),
    makeSlice(
      Array.from({ length: i % 4 }, (__, e) => ({ addresses: [`10.244.${i}.${e + 1}`], nodeName: "node-1" })),
      {},
      { name: `web-${i}`, labels: { "kubernetes.io/service-name": `web-${i}` } },
    ),
  ]).flat(),
]);
const { situation } = settleSituation(cluster, { mode: "iptables", node: "node-1" });
const program = compileIptables(backendInput(cluster, situation!));
const healthy = new TextEncoder().encode([...renderIptablesSave(program)].join("\n") + "\n");

/** Gives a few kilobytes at a time, as of a file that is longer: its chains stand in several pieces of text. */
function inPieces(bytes: Uint8Array): Source {
  const read = (start: number, end: number) => bytes.subarray(start, Math.min(end, start + 4096));
  return { name: "node.txt", size: bytes.length + (64 << 20), read };
}

/** Lines that end in CR LF are read one by one, each into a string of its own. */
function lineByLine(bytes: Uint8Array): Source {
  return sourceFromText("node.txt", new TextDecoder().decode(bytes).replaceAll("\n", "\r\n"));
}

/** The same chains in a map, each looked at by itself. */
function inMaps(captures: Captures): Captures {
  return { ...captures, tables: captures.tables.map((table) => ({ ...table, chains: new Map(table.chains) })) };
}

function answersOf(captures: Captures) {
  const { changes, diagnostics, assumptions, uncovered, comparison, expected, actual } = diffIptables(
    expectedTables(program),
    captures,
    "IPv4",
  );
  const gaps = uncovered.gaps.map(({ reason, message }) => ({ reason, message }));
  return {
    ...{ changes, diagnostics, assumptions, gaps, notGiven: uncovered.notGiven },
    chains: [...actual].map(([name, { chains }]) => [name, chains.size, [...chains.keys()]]),
    patch: [...iptablesPatch(expected, actual, "IPv4")],
    sections: comparison && iptablesSections(comparison, expected, actual, "IPv4"),
  };
}

const NO_CR = (bytes: Uint8Array) => bytes.map((byte) => (byte === 13 ? 63 : byte));

test("a capture that is as expected has no difference on either path", () => {
  for (const captures of [readCaptures([inPieces(healthy)]), inMaps(readCaptures([lineByLine(healthy)]))]) {
    const { changes, diagnostics, patch, sections } = answersOf(captures);
    expect({ changes, diagnostics, patch, sections }).toEqual({
      changes: [],
      diagnostics: [],
      patch: [],
      sections: [],
    });
  }
});

test("a byte that is another anywhere is told alike on all paths", () => {
  fc.assert(
    fc.property(fc.nat(healthy.length - 1), fc.integer({ min: 32, max: 126 }), (at, byte) => {
      const bytes = healthy.with(at, byte);
      const quick = answersOf(readCaptures([inPieces(bytes)]));
      expect(quick).toEqual(answersOf(readCaptures([lineByLine(bytes)])));
      expect(quick).toEqual(answersOf(inMaps(readCaptures([inPieces(bytes)]))));
    }),
    { numRuns: fuzzRuns(40) },
  );
});

test("bytes, words and lines that are lost, repeated or moved are told alike on all paths", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const bytes = NO_CR(mutate(healthy, healthy, randomFrom(seed), 2 * healthy.length));
      const quick = answersOf(readCaptures([inPieces(bytes)]));
      expect(quick).toEqual(answersOf(readCaptures([lineByLine(bytes)])));
      expect(quick).toEqual(answersOf(inMaps(readCaptures([inPieces(bytes)]))));
    }),
    { numRuns: fuzzRuns(40) },
  );
});
