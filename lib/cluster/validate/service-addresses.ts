/** Cluster IPs and IP families of a Service. */
import { sinceRelease } from "../../config/feature-releases.js";
import { canonicalIP, familyOfIP } from "../../net/ip.js";
import { quoted } from "../../util/quoted.js";
import { laxAddress } from "./addresses.js";
import { refuse, refuseAlways, type Findings } from "./findings.js";
import { checkEnum } from "./ports.js";
import { isGiven, listOf, textOf, type RawRecord } from "./raw-values.js";
import { isHeadless } from "./service-ports.js";

const FAMILIES = ["IPv4", "IPv6"];
const FAMILY_POLICIES = ["SingleStack", "PreferDualStack", "RequireDualStack"];

/** Checks clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy against each other. */
export function checkServiceAddresses(f: Findings, spec: RawRecord, type: string): void {
  if (type === "ExternalName") {
    for (const field of ["clusterIPs", "ipFamilies", "ipFamilyPolicy"])
      if (isGiven(spec[field]) && !(Array.isArray(spec[field]) && spec[field].length === 0))
        refuse(
          f,
          "external-name-field-forbidden",
          ["spec", field],
          `${field} is set, but the type is ExternalName`,
          "an ExternalName Service has no addresses",
        );
    if (textOf(spec["clusterIP"]) !== "" && !isGiven(spec["clusterIPs"]))
      refuse(
        f,
        "external-name-field-forbidden",
        ["spec", "clusterIP"],
        "clusterIP is set, but the type is ExternalName",
      );
    return;
  }
  checkClusterIPs(f, spec, type);
  checkFamilies(f, spec);
}

function checkClusterIPs(f: Findings, spec: RawRecord, type: string): void {
  const single = textOf(spec["clusterIP"]);
  const list = listOf(spec["clusterIPs"]);
  if (isHeadless(spec) && (type === "NodePort" || type === "LoadBalancer"))
    refuse(f, "headless-with-type", ["spec", "clusterIP"], `clusterIP None does not go with type ${type}`);
  if (list.length === 0) {
    if (single !== "" && single !== "None") checkClusterIP(f, single, spec, 0, ["spec", "clusterIP"]);
    return;
  }
  if (single === "")
    refuse(
      f,
      "cluster-ips-mismatch",
      ["spec", "clusterIPs"],
      "clusterIPs is set, but clusterIP is not",
      "set clusterIP to the first of clusterIPs",
    );
  else if (typeof list[0] === "string" && list[0] !== single)
    refuse(
      f,
      "cluster-ips-mismatch",
      ["spec", "clusterIPs", 0],
      `clusterIPs starts with ${quoted(list[0])}, clusterIP is ${quoted(single)}`,
      "the first of clusterIPs is the same as clusterIP",
    );
  if (list.length > 2)
    refuse(
      f,
      "cluster-ips-mismatch",
      ["spec", "clusterIPs", 2],
      `clusterIPs has ${list.length} entries, at most 2 are allowed`,
    );
  for (let i = 0; i < list.length && i < 2; i++) {
    const ip = list[i];
    if (typeof ip !== "string") continue;
    if (ip !== "None") checkClusterIP(f, ip, spec, i, ["spec", "clusterIPs", i]);
    else if (list.length > 1)
      refuse(f, "cluster-ips-mismatch", ["spec", "clusterIPs", i], "None stands beside another cluster IP");
  }
  if (list.length === 2) {
    const families = list.map((ip) => familyOfIP(textOf(ip)));
    if (families[0] && families[0] === families[1])
      refuse(
        f,
        "cluster-ips-mismatch",
        ["spec", "clusterIPs", 1],
        `both cluster IPs are ${families[0]}`,
        "a Service has one of each family",
      );
  }
}

function checkClusterIP(f: Findings, ip: string, spec: RawRecord, i: number, path: (string | number)[]): void {
  if (ip === "" && path.length === 2) return;
  const family = familyOfIP(ip);
  if (!family) {
    refuseAlways(f, "cluster-ip-invalid", path, `cluster IP ${quoted(ip)} is no IP address`);
    return;
  }
  const wanted = listOf(spec["ipFamilies"])[i];
  if (typeof wanted === "string" && FAMILIES.includes(wanted) && wanted !== family)
    refuse(f, "cluster-ip-invalid", path, `cluster IP ${ip} is ${family}, but ipFamilies[${i}] is ${wanted}`);
  const lax = canonicalIP(ip) === ip ? undefined : laxAddress(ip);
  if (lax && f.features.strictIPAndCIDRSyntax)
    refuse(
      f,
      "lax-address",
      path,
      `cluster IP ${quoted(ip)} ${lax}`,
      `API servers from Kubernetes ${sinceRelease("strictIPAndCIDRSyntax")} on take it in no new Service; write ${canonicalIP(ip)!}`,
    );
}

function checkFamilies(f: Findings, spec: RawRecord): void {
  const families = listOf(spec["ipFamilies"]);
  for (let i = 0; i < families.length; i++) {
    const family = families[i];
    checkEnum(f, "ip-family-invalid", family, ["spec", "ipFamilies", i], FAMILIES);
    if (i < 3 && families.indexOf(family) < i)
      refuse(f, "ip-family-invalid", ["spec", "ipFamilies", i], `IP family ${quoted(textOf(family))} is listed twice`);
  }
  const policy = textOf(spec["ipFamilyPolicy"]);
  checkEnum(f, "ip-family-policy-unknown", policy || undefined, ["spec", "ipFamilyPolicy"], FAMILY_POLICIES);
  const two = listOf(spec["clusterIPs"]).length === 2 ? "clusterIPs" : families.length === 2 ? "ipFamilies" : undefined;
  const single = policy === "SingleStack" || (policy === "" && !(isHeadless(spec) && !hasSelector(spec)));
  if (!two || !single) return;
  const note = "set ipFamilyPolicy to PreferDualStack or RequireDualStack";
  if (policy === "SingleStack")
    refuse(
      f,
      "ip-family-policy-conflict",
      ["spec", "ipFamilyPolicy"],
      `ipFamilyPolicy is SingleStack, but ${two} has two entries`,
      note,
    );
  else
    refuse(
      f,
      "ip-family-policy-conflict",
      ["spec", two],
      `${two} has two entries, but ipFamilyPolicy is not set, which means SingleStack`,
      note,
    );
}

/** Whether a selector is written that selects something; `{}` is stored as none. */
function hasSelector(spec: RawRecord): boolean {
  const selector = spec["selector"];
  return typeof selector === "object" && selector !== null && Object.keys(selector).length > 0;
}
