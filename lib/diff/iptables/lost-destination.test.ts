/** Rules of KUBE-SERVICES without the address that they are for: they take what is for others. */
import { expect, test } from "@jest/globals";
import { diffNode } from "../../node/diff-node.js";
import { sourceFromText } from "../../source/source.js";
import { compiledStates } from "../../testing/mutations/node-states.js";

const stateOf = (wanted: string) => compiledStates("iptables").find(({ name }) => name === wanted)!;

async function toldOf(edit: (save: string) => string, service: string, state = "internal-local"): Promise<string[]> {
  const { cluster, wishes, texts } = stateOf(state);
  const [[file, save]] = Object.entries(texts) as [[string, string]];
  const { report } = await diffNode(cluster, wishes, [sourceFromText(file, edit(save))], { service });
  return report!.changes.map(({ severity, message }) => `${severity} ${message}`);
}

/** The rule of default/here, which takes what default/away, without endpoints on the node, drops in table filter. */
const HERE = /^(-A KUBE-SERVICES) -d \S+ (.*"default\/here cluster IP".*)$/m;

test("the service that they take packets of is told, and nothing where they have it", async () => {
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

/** A rule for default/cip of table filter, by which the node's own packets to the load balancer of default/lb are refused, too. */
const CIP = /^(-A KUBE-SERVICES) -d \S+ (.*"default\/cip:http has no endpoints".*) -j REJECT.*$/m;

test("of table filter, too, where they refuse them", async () => {
  const withTarget = (target: string) => (text: string) => text.replace(CIP, `$1 $2 -j ${target}`);
  expect(await toldOf(withTarget("REJECT --reject-with icmp-port-unreachable"), "default/lb", "no-endpoints")).toEqual([
    expect.stringMatching(
      /^error KUBE-SERVICES holds a rule .*: it takes packets that the rules of .*default\/lb:http.* behind it are for$/,
    ),
  ]);
  expect(await toldOf(withTarget("RETURN"), "default/np", "no-endpoints")).toEqual([]);
  expect(await toldOf((text) => text, "default/lb", "no-endpoints")).toEqual([]);
});
