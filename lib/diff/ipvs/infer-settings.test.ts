import { describe, expect, test } from "@jest/globals";
import { readCaptures } from "../../rulesets/iptables/read-captures.js";
import { sourceFromText } from "../../source/source.js";
import { inferIpvsSettings } from "./infer-settings.js";

const settingsOf = (rule: string) => {
  const text = `*nat\n:KUBE-SERVICES - [0:0]\n:KUBE-MARK-MASQ - [0:0]\n:KUBE-POSTROUTING - [0:0]\n${rule}\nCOMMIT\n`;
  return inferIpvsSettings(readCaptures([sourceFromText("node.txt", text)]).tables, "IPv4");
};
const MARK = "-j KUBE-MARK-MASQ";

describe("local detection of a node in IPVS mode", () => {
  test.each([
    [`! -s 10.244.0.0/16 -m set --match-set KUBE-CLUSTER-IP dst,dst ${MARK}`, ["clusterCIDR=10.244.0.0/16"]],
    [
      `! -i cni+ -m set --match-set KUBE-CLUSTER-IP dst,dst ${MARK}`,
      ["detectLocalMode=InterfaceNamePrefix", "detectLocal.interfaceNamePrefix=cni"],
    ],
    [`-m set --match-set KUBE-CLUSTER-IP dst,dst ${MARK}`, ["iptables.masqueradeAll=true"]],
    [`-m set --match-set KUBE-CLUSTER-IP src,dst ${MARK}`, ["clusterCIDR="]],
    [`-m set --match-set KUBE-EXTERNAL-IP dst,dst ${MARK}`, []],
  ])("is told by its rule %s", (rule, assignments) => {
    expect(settingsOf(`-A KUBE-SERVICES ${rule}`).settings.map(({ assignment }) => assignment)).toEqual(assignments);
  });

  test("and the masquerading of marked traffic, not of hairpins, tells of --random-fully", () => {
    const hairpin = "-A KUBE-POSTROUTING -m set --match-set KUBE-LOOP-BACK dst,dst,src -j MASQUERADE";
    expect(settingsOf(hairpin).randomFully).toBeUndefined();
    expect(settingsOf(`${hairpin}\n-A KUBE-POSTROUTING -j MASQUERADE --random-fully`).randomFully).toBe(true);
  });
});
