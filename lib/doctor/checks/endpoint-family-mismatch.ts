import { familyOfIP, type IPFamily } from "../../net/ip.js";
import { evidence } from "../describe.js";
import type { Check, CheckResult } from "../types.js";
import { hasSimulatedPods } from "./endpoints-on-one-node.js";
import { sliceEndpoints } from "../../kube/endpoint-table.js";

/** The families of a Service's cluster IPs, with their index; headless ones and those without addresses have none. */
function families(clusterIPs: readonly string[]): { family: IPFamily; index: number; address: string }[] {
  return clusterIPs.flatMap((address, index) => {
    const family = familyOfIP(address);
    return family ? [{ family, index, address }] : [];
  });
}

export const endpointFamilyMismatch: Check = {
  id: "endpoint-family-mismatch",
  title: "Addresses of a family that the Service does not serve",
  severity: "error",
  why: "kube-proxy programs each IP family apart: an address without endpoints of its own family is rejected, and endpoints without an address are never used",
  covers: [31],
  needs: ["services"],
  scope: "service",
  *run(facts): Iterable<CheckResult> {
    const { service, endpoints, readyCount, endpointsKnown } = facts;
    const { clusterIP = "", clusterIPs, externalIPs = [] } = service.spec;
    const own = families(clusterIPs?.length ? clusterIPs : [clusterIP]);
    if (own.length === 0) return;
    const served = new Set(own.map(({ family }) => family));
    for (const [index, address] of externalIPs.entries()) {
      const family = familyOfIP(address);
      if (!family || served.has(family)) continue;
      yield {
        object: service,
        detail: `external IP ${address}`,
        message: `external IP ${address} is ${family}, but the Service has no ${family} cluster IP, so it is never programmed`,
        evidence: [
          evidence(`external IP ${address}`, service, ["spec", "externalIPs", index]),
          evidence(`cluster IP ${own.map((ip) => ip.address).join(", ")}`, service, [
            "spec",
            clusterIPs?.length ? "clusterIPs" : "clusterIP",
          ]),
        ],
        change: `use an address of the Service's family, or make the Service dual-stack (ipFamilyPolicy)`,
      };
    }
    // Made-up pods have the addresses that svcrules chose for them.
    if (!endpointsKnown || readyCount === 0 || hasSimulatedPods(facts)) return;
    const found = new Map<string, number>();
    for (const slice of endpoints.slices)
      for (const { conditions } of sliceEndpoints(slice))
        if (conditions?.ready !== false) found.set(slice.addressType, (found.get(slice.addressType) ?? 0) + 1);
    for (const { family, index, address } of own) {
      if (found.has(family)) continue;
      yield {
        object: service,
        detail: family,
        message: `the Service has ${family} cluster IP ${address}, but its ready endpoints have no ${family} address, so connections to it are refused`,
        evidence: [
          evidence(
            `cluster IP ${address}`,
            service,
            clusterIPs?.length ? ["spec", "clusterIPs", index] : ["spec", "clusterIP"],
          ),
          ...endpoints.slices
            .slice(0, 2)
            .map((slice) => evidence(`EndpointSlice of ${slice.addressType} addresses`, slice, ["addressType"])),
        ],
        change: `give the pods ${family} addresses, or set ipFamilies to what they have`,
      };
    }
  },
};
