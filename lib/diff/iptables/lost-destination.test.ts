/** Rules of KUBE-SERVICES in table nat without the address that they are for: they take what is for others. */
import { expect, test } from "@jest/globals";
import { diffNode } from "../../node/diff-node.js";
import { sourceFromText } from "../../source/source.js";
import { compiledStates } from "../../testing/mutations/node-states.js";

const { cluster, wishes, texts } = compiledStates("iptables").find(({ name }) => name === "internal-local")!;
const [[file, save]] = Object.entries(texts) as [[string, string]];

async function toldOf(edit: (save: string) => string, service: string): Promise<string[]> {
  const { report } = await diffNode(cluster, wishes, [sourceFromText(file, edit(save))], { service });
  return report!.changes.map(({ severity, message }) => `${severity} ${message}`);
}

/** The rule of default/here, which takes what default/away, without endpoints on the node, drops in table filter. */
const HERE = /^(-A KUBE-SERVICES) -d \S+ (.*"default\/here cluster IP".*)$/m;

test("the service that they take packets of is told, and nothing where they have it", async () => {
  expect(save).toMatch(HERE);
  expect(await toldOf((text) => text.replace(HERE, "$1 $2"), "default/away")).toEqual([
    "error KUBE-SERVICES holds a rule that kube-proxy did not write: it takes packets that the rules of default/away behind it are for",
  ]);
  expect(
    await toldOf(
      (text) => text.replace(HERE, "$1 $2").replace(/ --dport 80 (-j KUBE-SVL)/, " --dport 9 $1"),
      "default/away",
    ),
  ).toEqual([]);
  expect(await toldOf((text) => text, "default/away")).toEqual([]);
});
