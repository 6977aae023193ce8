/** What a patch says of rules that are not kube-proxy's to remove. */
import { describe, expect, test } from "@jest/globals";
import { compileIptables } from "../../backends/iptables/index.js";
import { expectedTables } from "../../render/iptables-expected.js";
import { readCaptures } from "../../rulesets/iptables/read-captures.js";
import { sourceFromText } from "../../source/source.js";
import { recordedStates } from "../../testing/mutations/node-states.js";
import { diffIptables } from "./index.js";
import { iptablesPatch } from "./patch.js";

const [{ input, texts }] = recordedStates("iptables") as [ReturnType<typeof recordedStates>[number]];
const [save] = Object.values(texts) as [string];

function patchOf(text: string): string[] {
  const tables = expectedTables(compileIptables(input()));
  const { expected, actual } = diffIptables(tables, readCaptures([sourceFromText("node.txt", text)]), "IPv4");
  return [...iptablesPatch(expected, actual, "IPv4")];
}

const remarkOf = (numbers: string) => [
  `# KUBE-FIREWALL in table filter holds what kube-proxy did not write, which this leaves alone: rule ${numbers}.`,
  "# Remove by hand what nobody needs: iptables -t filter -nvL KUBE-FIREWALL --line-numbers shows them.",
];

describe("a patch of KUBE-FIREWALL, which kubelet fills too", () => {
  test.each(["-j RETURN", "-p tcp -j ACCEPT"])("says which rule keeps packets from kube-proxy's: %s", (rule) => {
    const text = save.replace(/^-A KUBE-FIREWALL ! /m, `-A KUBE-FIREWALL ${rule}\n$&`);
    expect(patchOf(text)).toEqual(["*filter", ...remarkOf("1"), "COMMIT"]);
  });

  test("says nothing of kubelet's own, nor of what is behind a rule that it puts in front", () => {
    const rule =
      '-m comment --comment "kubernetes firewall for dropping marked packets" -m mark --mark 0x8000/0x8000 -j DROP';
    expect(patchOf(save.replace(/^-A KUBE-FIREWALL ! /m, `-A KUBE-FIREWALL ${rule}\n$&`))).toEqual([]);
    const [own] = /^-A KUBE-FIREWALL ! .*$/m.exec(save)!;
    expect(patchOf(save.replace(own, "-A KUBE-FIREWALL -j RETURN"))).toEqual([
      "*filter",
      own.replace("-A ", "-I "),
      "COMMIT",
    ]);
  });

  test("has no text of the capture", () => {
    const text = save.replace(
      /^-A KUBE-FIREWALL ! /m,
      '-A KUBE-FIREWALL -s 10.9.9.9/32 -j LOG\n-A KUBE-FIREWALL -m comment --comment "\u001b[2J $(x)" -j RETURN\n$&',
    );
    expect(patchOf(text)).toEqual(["*filter", ...remarkOf("2"), "COMMIT"]);
  });
});
