/** The mark by which a node masquerades, where one of the rules that have it was changed. */
import { expect, test } from "@jest/globals";
import { diffNode } from "../../node/diff-node.js";
import { sourceFromText } from "../../source/source.js";
import { compiledStates, recordedStates } from "../../testing/mutations/node-states.js";

const { cluster, wishes, texts } = recordedStates("nftables")[0]!;
const own = texts["node.txt"]!;
const MASQUERADES = "meta mark & 0x00004000 != 0x00000000 meta mark set meta mark ^ 0x00004000 masquerade fully-random";

/** Of a node whose configuration only its rules tell, and of one whose configuration is told. */
async function changesOf(text: string) {
  const { proxyConfiguration: _, ...untold } = wishes;
  const reports = [];
  for (const wish of [untold, wishes]) {
    const { report } = await diffNode(cluster, wish, [sourceFromText("node.txt", text)]);
    reports.push(report!.changes.map(({ severity, kind, chain }) => `${severity} ${kind} ${chain}`));
  }
  expect(reports[1]).toEqual(reports[0]);
  return reports[0];
}

test("as it should be", async () => {
  expect(own).toContain(MASQUERADES);
  expect(await changesOf(own)).toEqual([]);
  expect(await changesOf(own.replaceAll("0x00004000", "0x4000"))).toEqual([]);
});

test.each([
  ["takes off another bit", MASQUERADES.replace("^ 0x00004000", "^ 0x8000")],
  ["keeps the mark", MASQUERADES.replace(" meta mark set meta mark ^ 0x00004000", " meta mark set meta mark | 0x1")],
])("the rule that masquerades %s: what becomes of the packet is the same", async (_, rule) => {
  expect(await changesOf(own.replace(MASQUERADES, rule))).toEqual(["warning base-chain-changed masquerading"]);
});

test("the rule that masquerades asks for another bit", async () => {
  const rule = MASQUERADES.replace("& 0x00004000", "& 0x00008000");
  expect(await changesOf(own.replace(MASQUERADES, rule))).toEqual(["error base-chain-changed masquerading"]);
});

test("one rule marks with another bit, and is the only one that is told", async () => {
  const [marking] = own.match(/^.*meta mark set meta mark \| 0x00004000.*$/m)!;
  const found = await changesOf(own.replace(marking, marking.replace("0x00004000", "0x00008000")));
  expect(found).toHaveLength(1);
  expect(found![0]).toMatch(/^error/);
});

test("where all services are Local, too, no rule that masquerades is told as no local traffic detection", async () => {
  const state = compiledStates("nftables").find(({ name }) => name === "internal-local")!;
  const { proxyConfiguration: _, ...wish } = state.wishes;
  const listing = state.texts["nft.txt"]!;
  const without = listing.replace(/\n.*masquerade clusterIP traffic from outside cluster.*/, "");
  expect(without).not.toBe(listing);
  const toldOf = async (text: string) => {
    const { report } = await diffNode(state.cluster, wish, [sourceFromText("nft.txt", text)]);
    return report!.assumptions.filter((one) => one.startsWith("no local traffic detection"));
  };
  expect(await toldOf(without)).toHaveLength(1);
  expect(await toldOf(listing)).toEqual([]);
});
