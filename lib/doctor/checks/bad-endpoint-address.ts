import { familyOfIP } from "../../net/ip.js";
import { quoted } from "../../util/quoted.js";
import { evidence } from "../describe.js";
import type { Check } from "../types.js";

export const badEndpointAddress: Check = {
  id: "bad-endpoint-address",
  title: "An endpoint address that the rules of its family cannot hold",
  severity: "error",
  why: "iptables-restore and nft take all rules or none: one line they refuse keeps every Service of the node as it was",
  covers: [33],
  scope: "service",
  *run({ endpoints }) {
    if (endpoints.source !== "endpointslices") return;
    for (const slice of endpoints.slices) {
      if (slice.addressType === "FQDN") continue;
      for (const [index, { addresses }] of (slice.endpoints ?? []).entries()) {
        const address = addresses[0];
        if (address === undefined || familyOfIP(address) === slice.addressType) continue;
        yield {
          object: slice,
          detail: address,
          message: `address ${quoted(address)} stands in a slice of addressType ${slice.addressType} and is ${familyOfIP(address) ?? "no IP address"}`,
          evidence: [evidence(`address ${quoted(address)}`, slice, ["endpoints", index, "addresses", 0])],
          change: `correct the address, or put it into a slice of its own addressType`,
        };
        break;
      }
    }
  },
};
