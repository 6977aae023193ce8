/** External IPs and load-balancer source ranges of a Service. */
import { sinceRelease } from "../../config/feature-releases.js";
import { parseCIDR } from "../../net/cidr.js";
import { canonicalIP, familyOfIP } from "../../net/ip.js";
import { quoted } from "../../util/quoted.js";
import type { FieldPath } from "../../source/origin.js";
import { hasHostBits, laxAddress, specialAddress } from "./addresses.js";
import { refuse, refuseAlways, type Findings } from "./findings.js";
import { listOf, recordOf, type RawRecord } from "./raw-values.js";

const SOURCE_RANGES_ANNOTATION = "service.beta.kubernetes.io/load-balancer-source-ranges";

/** Checks spec.externalIPs. */
export function checkExternalIPs(f: Findings, spec: RawRecord): void {
  const list = listOf(spec["externalIPs"]);
  for (let i = 0; i < list.length; i++) {
    const ip = list[i];
    if (typeof ip !== "string") continue;
    const path = ["spec", "externalIPs", i];
    const family = familyOfIP(ip);
    const special = family && specialAddress(ip, family);
    if (!family) refuseAlways(f, "external-ip-invalid", path, `external IP ${quoted(ip)} is no IP address`);
    else if (special) refuse(f, "external-ip-invalid", path, `external IP ${ip} is ${special}`);
    const lax = laxAddress(ip);
    if (lax && f.features.strictIPAndCIDRSyntax)
      refuse(
        f,
        "lax-address",
        path,
        `external IP ${quoted(ip)} ${lax}`,
        `API servers from Kubernetes ${sinceRelease("strictIPAndCIDRSyntax")} on take it in no new Service; write ${canonicalIP(ip)!}`,
      );
  }
}

/** Checks loadBalancerSourceRanges and the annotation that stands in for it. */
export function checkSourceRanges(f: Findings, object: RawRecord, spec: RawRecord, type: string): void {
  const list = listOf(spec["loadBalancerSourceRanges"]);
  if (list.length > 0) {
    const path = ["spec", "loadBalancerSourceRanges"];
    checkType(f, path, "loadBalancerSourceRanges", type);
    for (let i = 0; i < list.length; i++)
      if (typeof list[i] === "string") checkRange(f, list[i] as string, [...path, i]);
    return;
  }
  const written = recordOf(recordOf(object["metadata"])["annotations"])[SOURCE_RANGES_ANNOTATION];
  if (typeof written !== "string") return;
  const path = ["metadata", "annotations", SOURCE_RANGES_ANNOTATION];
  checkType(f, path, `annotation ${SOURCE_RANGES_ANNOTATION}`, type);
  const text = written.trim();
  if (text === "") return;
  for (const range of text.split(",")) checkRange(f, range, path);
}

function checkType(f: Findings, path: FieldPath, what: string, type: string): void {
  if (type !== "LoadBalancer")
    refuse(
      f,
      "source-ranges-forbidden",
      path,
      `${what} is set, but the type is ${quoted(type)}`,
      "only a Service of type LoadBalancer may have source ranges",
    );
}

function checkRange(f: Findings, written: string, path: FieldPath): void {
  const text = written.trim();
  const cidr = parseCIDR(text);
  if (!cidr) {
    const single = familyOfIP(text);
    const fix = single ? [`a single address is written ${text}/${single === "IPv4" ? 32 : 128}`] : [];
    refuseAlways(f, "source-range-invalid", path, `source range ${quoted(written)} is no CIDR`, ...fix);
    return;
  }
  if (!f.features.strictIPAndCIDRSyntax) return;
  const lax =
    laxAddress(text.slice(0, text.indexOf("/"))) ??
    (hasHostBits(text, cidr.text) ? "has bits set after its prefix" : undefined);
  if (lax)
    refuse(
      f,
      "lax-address",
      path,
      `source range ${quoted(text)} ${lax}`,
      `API servers from Kubernetes ${sinceRelease("strictIPAndCIDRSyntax")} on take it in no new Service; write ${cidr.text}`,
    );
}
