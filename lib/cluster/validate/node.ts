/** A Node's pod ranges and addresses. Source: kubernetes pkg/apis/core/validation ValidateNode. */
import { parseCIDR } from "../../net/cidr.js";
import { familyOfIP } from "../../net/ip.js";
import { quoted } from "../../util/quoted.js";
import { refuse, refuseAlways, warn, type Findings } from "./findings.js";
import { listOf, recordOf, textOf, type RawRecord } from "./raw-values.js";

/** Checks podCIDR, podCIDRs and the IP addresses of the status. */
export function checkNode(f: Findings, object: RawRecord): void {
  const spec = recordOf(object["spec"]);
  const single = textOf(spec["podCIDR"]);
  const list = listOf(spec["podCIDRs"]);
  if (list.length === 0 && single !== "" && !parseCIDR(single))
    refuseAlways(f, "pod-cidr-invalid", ["spec", "podCIDR"], `podCIDR ${quoted(single)} is no CIDR`);
  const families: string[] = [];
  for (let i = 0; i < list.length; i++) {
    const cidr = parseCIDR(textOf(list[i]));
    if (!cidr)
      refuseAlways(f, "pod-cidr-invalid", ["spec", "podCIDRs", i], `podCIDR ${quoted(textOf(list[i]))} is no CIDR`);
    else if (families.includes(cidr.family))
      refuse(
        f,
        "pod-cidr-invalid",
        ["spec", "podCIDRs", i],
        `a second ${cidr.family} range is in podCIDRs, at most one of each family is allowed`,
      );
    else families.push(cidr.family);
  }
  if (list.length > 0 && single !== "" && list[0] !== single)
    refuse(
      f,
      "pod-cidr-invalid",
      ["spec", "podCIDR"],
      `podCIDR ${quoted(single)} is not the first of podCIDRs, ${quoted(textOf(list[0]))}`,
    );
  checkAddresses(f, listOf(recordOf(object["status"])["addresses"]));
}

function checkAddresses(f: Findings, addresses: readonly unknown[]): void {
  for (let i = 0; i < addresses.length; i++) {
    const { type, address } = recordOf(addresses[i]) as { type?: unknown; address?: unknown };
    if ((type !== "InternalIP" && type !== "ExternalIP") || typeof address !== "string" || familyOfIP(address))
      continue;
    warn(
      f,
      "node-address-invalid",
      ["status", "addresses", i, "address"],
      `${type} ${quoted(address)} is no IP address`,
      "kube-proxy leaves it out when it looks for the node's addresses",
    );
  }
}
