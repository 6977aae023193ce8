import { familyOfIP } from "../../net/ip.js";
import { quoted } from "../../util/quoted.js";
import { evidence } from "../describe.js";
import type { Check } from "../types.js";

export const externalNameIsAddress: Check = {
  id: "external-name-is-address",
  title: "An ExternalName that is an address",
  severity: "error",
  why: "the DNS server answers with the address as if it were a host name, and no resolver finds a host of that name",
  needs: ["services"],
  scope: "service",
  *run({ service }) {
    const { type, externalName } = service.spec;
    const bare = externalName?.replace(/\.$/, "").replace(/^\[(.*)\]$/, "$1");
    if (type !== "ExternalName" || !externalName || familyOfIP(bare ?? "") === undefined) return;
    yield {
      object: service,
      message: `externalName ${quoted(externalName)} is an IP address, not a DNS name`,
      evidence: [evidence(`externalName: ${externalName}`, service, ["spec", "externalName"])],
      change: `make it a Service without a selector, with an EndpointSlice that holds ${bare}`,
    };
  },
};
