import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../source/source.js";
import { findForeignNode } from "./find-foreign-node.js";

const IPTABLES = "*nat\n:KUBE-SERVICES - [0:0]\n:KUBE-SVC-AAAAAAAAAAAAAAAA - [0:0]\nCOMMIT\n";
const IPVS = "-A -t 10.96.0.1:443 -s rr\n-a -t 10.96.0.1:443 -r 10.0.0.2:6443 -m -w 1\n";
const NFT = "table ip kube-proxy {\n\tchain services {\n\t}\n}\n";
const CILIUM = "*nat\n:CILIUM_PRE_nat - [0:0]\n-A PREROUTING -j CILIUM_PRE_nat\nCOMMIT\n";
const ROUTER = "8: kube-dummy-if: <BROADCAST,NOARP,UP> mtu 1500\n    inet 10.96.0.1/32 scope link kube-dummy-if\n";

describe("captures", () => {
  test.each([
    ["iptables", IPTABLES],
    ["ipvs", IPVS],
    ["nftables", NFT],
    ["nftables", NFT + IPTABLES],
    ["iptables", "*nat\n:KUBE-SERVICES - [0:0]\nCOMMIT\n"],
  ] as const)("of mode %s are compared in it", (mode, text) => {
    expect(findForeignNode(mode, [sourceFromText("node.txt", text)])).toBeUndefined();
  });

  test.each([
    ["iptables", NFT, "nftables"],
    ["iptables", IPVS, "ipvs"],
    ["ipvs", IPTABLES, "iptables"],
    ["nftables", IPTABLES, "iptables"],
  ] as const)("are not compared in mode %s when they are of another", (mode, text, other) => {
    const found = findForeignNode(mode, [sourceFromText("node.txt", text)]);
    expect(found?.code).toBe("capture-of-another-mode");
    expect(found?.message).toContain(`a node in mode ${other}, and mode ${mode} is compared`);
  });

  test.each([
    ["iptables", CILIUM, "Cilium"],
    ["nftables", CILIUM, "Cilium"],
    ["ipvs", ROUTER, "kube-router"],
  ] as const)("of another program in kube-proxy's place are called so, in mode %s", (mode, text, proxy) => {
    const found = findForeignNode(mode, [sourceFromText("node.txt", text)]);
    expect(found?.code).toBe("capture-no-kube-chains");
    expect(found?.message).toContain(`rules of ${proxy}`);
  });
});
