/** Mutated nodes of nftables mode on a real kernel: what a patch makes of each is no difference. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { diffNode } from "../../node/diff-node.js";
import { sourceFromText } from "../../source/source.js";
import { fuzzSeed, mutationRuns } from "../fuzz/runs.js";
import { mutateCapture } from "../mutations/mutate-capture.js";
import { compiledStates, recordedStates, type NodeState } from "../mutations/node-states.js";
import { describeKernel } from "./describe-kernel.js";
import { createNamespace, deleteNamespace, type Namespace } from "./namespace.js";
import { listNft } from "./nft.js";

const MUTATIONS = mutationRuns(300);
const MISSED = /^node ports are not accepted on [0-9a-f.:]+; [^\n]*$/;

/** What is not as it should be of the patched node; undefined of a node that needs no patch, or that nft refuses. */
async function patchedNode(namespace: Namespace, { cluster, wishes }: NodeState, listing: string) {
  namespace.run("nft", ["flush", "ruleset"]);
  if (namespace.try("nft", ["-f", "-"], listing).status !== 0) return undefined;
  const compare = () => diffNode(cluster, wishes, [sourceFromText("nft.txt", listNft(namespace))]);
  const before = await compare();
  const patch = [...before.patch()].map((line) => `${line}\n`).join("");
  if (patch === "" && before.report!.identical) return undefined;
  const { stderr } = namespace.try("nft", ["-f", "-"], patch);
  let after = await compare();
  // Where no Service has a node port, which addresses take them is told by those that do: the right one is missed once others are gone.
  if (MISSED.test(after.report!.changes.map(({ message }) => message).join("\n"))) {
    namespace.run("nft", ["-f", "-"], [...after.patch()].map((line) => `${line}\n`).join(""));
    after = await compare();
  }
  const left = after.report!.changes.map(({ severity, message }) => `${severity} ${message}`);
  const isMended = stderr === "" && after.report!.identical && [...after.patch()].length === 0;
  return { isMended, stderr, left, was: before.report!.changes.map(({ message }) => message), patch };
}

describeKernel("patches of mutated nodes of nftables mode on a real kernel", ["nft"], () => {
  let namespace: Namespace;
  beforeAll(() => {
    namespace = createNamespace();
  });
  afterAll(() => deleteNamespace(namespace));

  test(`${MUTATIONS} mutated nodes are as they should be once patched`, async () => {
    const nodes = [...recordedStates("nftables"), ...compiledStates("nftables")];
    const seed = fuzzSeed(20261129);
    const faults: object[] = [];
    let patched = 0;
    for (let run = 0, done = 0; done < MUTATIONS; run++) {
      const node = nodes[run % nodes.length]!;
      const mutation = mutateCapture(node.texts, seed + run * 7919);
      if (!mutation) continue;
      done++;
      const found = await patchedNode(namespace, node, Object.values(mutation.texts).join("\n"));
      if (!found) continue;
      patched++;
      if (!found.isMended) faults.push({ node: node.name, what: mutation.what, ...found });
    }
    expect(faults).toEqual([]);
    expect(patched).toBeGreaterThan(MUTATIONS / 4);
  });
});
