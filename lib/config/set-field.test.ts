import { describe, expect, test } from "@jest/globals";
import { setProxyConfigField } from "./set-field.js";

describe("--set", () => {
  test.each([
    ["iptables.masqueradeAll=true", { iptables: { masqueradeAll: true } }],
    ["iptables.masqueradeBit=0", { iptables: { masqueradeBit: 0 } }],
    ["clusterCIDR=10.0.0.0/8,fd00::/8", { clusterCIDR: "10.0.0.0/8,fd00::/8" }],
    ["nodePortAddresses=10.0.0.0/8, 192.168.0.0/16", { nodePortAddresses: ["10.0.0.0/8", "192.168.0.0/16"] }],
    ['nodePortAddresses=["10.0.0.0/8","fd00::/8"]', { nodePortAddresses: ["10.0.0.0/8", "fd00::/8"] }],
    ["nodePortAddresses=", { nodePortAddresses: [] }],
    ["featureGates.AllowServiceExternalIPs=false", { featureGates: { AllowServiceExternalIPs: false } }],
    ["ipvs.tcpTimeout=15m", { ipvs: { tcpTimeout: "15m" } }],
  ])("%s sets the field", (assignment, document) => {
    expect(setProxyConfigField({}, assignment)).toEqual({ kind: "set", document });
  });

  test("keeps the other fields and leaves the document alone", () => {
    const document = { mode: "ipvs", ipvs: { strictARP: true } };
    const result = setProxyConfigField(document, "ipvs.scheduler=lc");
    expect(result).toEqual({
      kind: "set",
      document: { mode: "ipvs", ipvs: { strictARP: true, scheduler: "lc" } },
    });
    expect(document).toEqual({ mode: "ipvs", ipvs: { strictARP: true } });
  });

  test.each([
    ["clusterCIDR"],
    ["=x"],
    ["iptables.masqueradeAll=yes"],
    ["iptables.masqueradeBit=x"],
    ["healthzBindAddress=x"],
    ["nodePortAddresses=a,,b"],
    ["__proto__.x=1"],
  ])("%s is a problem", (assignment) => expect(setProxyConfigField({}, assignment).kind).toBe("problem"));
});
