/** status.loadBalancer of a Service, which manifests seldom hold and dumps always do. */
import { familyOfIP } from "../../net/ip.js";
import { quoted } from "../../util/quoted.js";
import { refuse, refuseAlways, type Findings, warnOfRefusal } from "./findings.js";
import { isDNSSubdomain, SUBDOMAIN_WORDS } from "./grammar.js";
import { checkEnum } from "./ports.js";
import { isGiven, listOf, recordOf, type RawRecord } from "./raw-values.js";

/** Checks the ingress addresses. */
export function checkServiceStatus(f: Findings, object: RawRecord, type: string): void {
  const list = listOf(recordOf(recordOf(object["status"])["loadBalancer"])["ingress"]);
  if (list.length === 0) return;
  const path = ["status", "loadBalancer", "ingress"];
  if (type !== "LoadBalancer" && f.features.loadBalancerStatusNeedsType)
    warnOfRefusal(
      f,
      "load-balancer-status-without-type",
      path,
      `the status has load-balancer addresses, but the type is ${quoted(type)}`,
      "the API server drops it from a manifest and refuses it as an update; kube-proxy programs it when it is stored",
    );
  for (let i = 0; i < list.length; i++) checkIngress(f, recordOf(list[i]), [...path, i]);
}

function checkIngress(f: Findings, ingress: RawRecord, path: (string | number)[]): void {
  const { ip, hostname, ipMode } = ingress as { ip?: unknown; hostname?: unknown; ipMode?: unknown };
  if (typeof ip === "string" && ip !== "" && !familyOfIP(ip))
    refuseAlways(
      f,
      "load-balancer-ingress-invalid",
      [...path, "ip"],
      `load-balancer IP ${quoted(ip)} is no IP address`,
    );
  if (typeof hostname === "string" && hostname !== "") {
    const at = [...path, "hostname"];
    if (familyOfIP(hostname))
      refuse(
        f,
        "load-balancer-ingress-invalid",
        at,
        `load-balancer host name ${quoted(hostname)} is an IP address`,
        "write it as ip",
      );
    else if (!isDNSSubdomain(hostname))
      refuse(
        f,
        "load-balancer-ingress-invalid",
        at,
        `load-balancer host name ${quoted(hostname)} is no valid DNS name`,
        SUBDOMAIN_WORDS,
      );
  }
  if (!isGiven(ipMode)) return;
  checkEnum(f, "load-balancer-ingress-invalid", ipMode, [...path, "ipMode"], ["VIP", "Proxy"]);
  if (!isGiven(ip) || ip === "")
    refuse(f, "load-balancer-ingress-invalid", [...path, "ipMode"], "ipMode is set without an ip");
}
