/** A ServiceCIDR. Source: kubernetes pkg/apis/networking/validation ValidateServiceCIDR. */
import { parseCIDR } from "../../net/cidr.js";
import { quoted } from "../../util/quoted.js";
import { refuse, refuseAlways, type Findings } from "./findings.js";
import { listOf, recordOf, textOf, type RawRecord } from "./raw-values.js";

/** Checks spec.cidrs. */
export function checkServiceCIDR(f: Findings, object: RawRecord): void {
  const list = listOf(recordOf(object["spec"])["cidrs"]);
  if (list.length === 0) refuseAlways(f, "service-cidr-invalid", ["spec"], "this ServiceCIDR has no cidrs");
  if (list.length > 2)
    refuse(f, "service-cidr-invalid", ["spec", "cidrs", 2], `cidrs has ${list.length} entries, at most 2 are allowed`);
  const cidrs = list.map((text) => parseCIDR(textOf(text)));
  cidrs.forEach((cidr, i) => {
    if (!cidr) refuseAlways(f, "service-cidr-invalid", ["spec", "cidrs", i], `${quoted(textOf(list[i]))} is no CIDR`);
  });
  if (cidrs.length === 2 && cidrs[0] && cidrs[0].family === cidrs[1]?.family)
    refuse(
      f,
      "service-cidr-invalid",
      ["spec", "cidrs", 1],
      `both ranges are ${cidrs[0].family}`,
      "a ServiceCIDR has one of each family",
    );
}
