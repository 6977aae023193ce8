/** The set of clients that are the node itself, beside the allowed source ranges. */
import { expect, test } from "@jest/globals";
import { diffNode } from "../../node/diff-node.js";
import { sourceFromText } from "../../source/source.js";
import { compiledStates } from "../../testing/mutations/node-states.js";

const { cluster, wishes, texts } = compiledStates("ipvs").find(({ name }) => name === "loadbalancer-source-ranges")!;
const [file, ipset] = Object.entries(texts).find(([, text]) => /^add KUBE-LOAD-BALANCER-SOURCE-IP /m.test(text))!;
const [entry, frontend, address] = /^add KUBE-LOAD-BALANCER-SOURCE-IP ((\S+),tcp:80),\2$/m.exec(ipset)!.slice(0, 3) as [
  string,
  string,
  string,
];

async function changesWith(lines: string): Promise<string[]> {
  const changed = { ...texts, [file]: ipset.replace(entry, lines) };
  const sources = Object.entries(changed).map(([name, text]) => sourceFromText(name, text));
  const { report } = await diffNode(cluster, wishes, sources);
  return report!.changes.map(({ severity, kind, frontend: of }) => `${severity} ${kind} ${of}`);
}

const CHANGED = [`error source-range-changed ${address}:80`];

test.each([
  ["as it is", entry, []],
  ["another client as well", `${entry}\nadd KUBE-LOAD-BALANCER-SOURCE-IP ${frontend},10.9.8.7`, CHANGED],
  ["another client instead", `add KUBE-LOAD-BALANCER-SOURCE-IP ${frontend},10.9.8.7`, CHANGED],
  ["nobody", "", CHANGED],
])("%s", async (_, lines, changes) => {
  expect(await changesWith(lines)).toEqual(changes);
});
