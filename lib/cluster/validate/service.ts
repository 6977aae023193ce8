/** A Service. Source: kubernetes pkg/apis/core/validation ValidateService; see docs/diagnostics.md for what is only a warning. */
import { sinceRelease } from "../../config/feature-releases.js";
import { nearest } from "../../util/nearest.js";
import { quoted } from "../../util/quoted.js";
import { refuse, refuseAlways, warn, type Findings, warnOfRefusal } from "./findings.js";
import { isDNSSubdomain, isQualifiedName, QUALIFIED_NAME_WORDS, SUBDOMAIN_WORDS } from "./grammar.js";
import { checkLabels } from "./metadata.js";
import { checkEnum, isPort } from "./ports.js";
import { isGiven, listOf, recordOf, textOf, type RawRecord } from "./raw-values.js";
import { checkServiceAddresses } from "./service-addresses.js";
import { checkExternalIPs, checkSourceRanges } from "./service-external.js";
import { checkServicePorts } from "./service-ports.js";
import { checkServiceStatus } from "./service-status.js";

const TYPES = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"];
const POLICIES = ["Cluster", "Local"];
const TOPOLOGY_MODE = "service.kubernetes.io/topology-mode";
const TOPOLOGY_HINTS = "service.kubernetes.io/topology-aware-hints";

/** Checks `spec` and `status` of a Service. */
export function checkService(f: Findings, object: RawRecord): void {
  const spec = recordOf(object["spec"]);
  if (!isGiven(object["spec"])) {
    refuseAlways(f, "ports-missing", [], "this Service has no spec");
    return;
  }
  const written = textOf(spec["type"]) || "ClusterIP";
  // What else is wrong is told of the type that was meant.
  const type = nearest(written, TYPES) ?? written;
  checkEnum(f, "service-type-unknown", spec["type"] || undefined, ["spec", "type"], TYPES);
  if (isGiven(spec["selector"])) checkLabels(f, recordOf(spec["selector"]), ["spec", "selector"], "selector-invalid");
  checkServicePorts(f, spec, type);
  checkServiceAddresses(f, spec, type);
  checkExternalIPs(f, spec);
  checkSourceRanges(f, object, spec, type);
  checkAffinity(f, spec);
  checkLoadBalancerFields(f, spec, type);
  checkPolicies(f, spec, type);
  checkExternalName(f, spec, type);
  checkTopologyAnnotations(f, object);
  checkServiceStatus(f, object, type);
}

function checkAffinity(f: Findings, spec: RawRecord): void {
  const affinity = spec["sessionAffinity"];
  checkEnum(f, "session-affinity-unknown", affinity || undefined, ["spec", "sessionAffinity"], ["None", "ClientIP"]);
  if (affinity !== "ClientIP") return;
  const seconds = recordOf(recordOf(spec["sessionAffinityConfig"])["clientIP"])["timeoutSeconds"];
  if (typeof seconds === "number" && !(seconds >= 1 && seconds <= 86_400))
    refuse(
      f,
      "affinity-timeout-out-of-range",
      ["spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds"],
      `timeoutSeconds ${seconds} is outside 1-86400`,
      "left out, it is 10800",
    );
}

function checkLoadBalancerFields(f: Findings, spec: RawRecord, type: string): void {
  const loadBalancerClass = spec["loadBalancerClass"];
  if (type !== "LoadBalancer")
    for (const field of ["allocateLoadBalancerNodePorts", "loadBalancerClass"])
      if (isGiven(spec[field]))
        refuse(
          f,
          "load-balancer-field-forbidden",
          ["spec", field],
          `${field} is set, but the type is ${quoted(type)}`,
          "only a Service of type LoadBalancer may have it",
        );
  if (typeof loadBalancerClass === "string" && !isQualifiedName(loadBalancerClass))
    refuse(
      f,
      "load-balancer-class-invalid",
      ["spec", "loadBalancerClass"],
      `loadBalancerClass ${quoted(loadBalancerClass)} is no valid name`,
      QUALIFIED_NAME_WORDS,
    );
}

function checkPolicies(f: Findings, spec: RawRecord, type: string): void {
  checkExternalTrafficPolicy(f, spec, type);
  const internal = spec["internalTrafficPolicy"];
  checkEnum(f, "traffic-policy-unknown", internal, ["spec", "internalTrafficPolicy"], POLICIES);

  const healthPort = spec["healthCheckNodePort"];
  const path = ["spec", "healthCheckNodePort"];
  if (typeof healthPort === "number" && healthPort !== 0) {
    if (type !== "LoadBalancer" || spec["externalTrafficPolicy"] !== "Local")
      refuse(
        f,
        "health-check-node-port-invalid",
        path,
        `healthCheckNodePort ${healthPort} is set, but the Service is not of type LoadBalancer with externalTrafficPolicy Local`,
        "leave it out, or set both",
      );
    else if (!isPort(healthPort))
      refuse(f, "health-check-node-port-invalid", path, `healthCheckNodePort ${healthPort} is outside 1-65535`);
  }
  checkTrafficDistribution(f, spec["trafficDistribution"]);
}

function checkExternalTrafficPolicy(f: Findings, spec: RawRecord, type: string): void {
  const policy = spec["externalTrafficPolicy"];
  const path = ["spec", "externalTrafficPolicy"];
  if (typeof policy !== "string" || policy === "") return;
  checkEnum(f, "traffic-policy-unknown", policy, path, POLICIES);
  if (type === "NodePort" || type === "LoadBalancer") return;
  if (type !== "ClusterIP" || listOf(spec["externalIPs"]).length === 0)
    refuse(
      f,
      "external-traffic-policy-forbidden",
      path,
      `externalTrafficPolicy is set, but nothing reaches this ${quoted(type)} Service from outside`,
      "leave it out, or make the Service NodePort or LoadBalancer or give it externalIPs",
    );
  else if (!f.features.externalPolicyDefaultsOnClusterIP)
    warn(
      f,
      "external-traffic-policy-too-new",
      path,
      "externalTrafficPolicy is set on a ClusterIP Service",
      `API servers before Kubernetes ${sinceRelease("externalPolicyDefaultsOnClusterIP")} refuse this, and kube-proxy before it ignores it`,
    );
}

function checkTrafficDistribution(f: Findings, value: unknown): void {
  if (typeof value !== "string") return;
  const path = ["spec", "trafficDistribution"];
  const words = ["PreferClose", "PreferSameZone", "PreferSameNode"];
  if (!words.includes(value)) {
    const near = nearest(value, words);
    const message = `trafficDistribution ${quoted(value)} is not one of ${words.join(", ")}`;
    refuse(f, "traffic-distribution-unknown", path, message, ...(near ? [`did you mean ${near}?`] : []));
  } else if (value !== "PreferClose" && !f.features.preferSameZoneAndNode)
    warnOfRefusal(
      f,
      "traffic-distribution-too-new",
      path,
      `trafficDistribution ${value} is known from Kubernetes ${sinceRelease("preferSameZoneAndNode")} on`,
      "an API server of the release in use refuses this Service; kube-proxy does not read the field, only the hints made from it",
    );
}

function checkExternalName(f: Findings, spec: RawRecord, type: string): void {
  if (type !== "ExternalName") return;
  const name = textOf(spec["externalName"]);
  if (name === "") refuse(f, "external-name-invalid", ["spec"], "a Service of type ExternalName needs an externalName");
  else if (!isDNSSubdomain(name.endsWith(".") ? name.slice(0, -1) : name))
    refuse(
      f,
      "external-name-invalid",
      ["spec", "externalName"],
      `externalName ${quoted(name)} is no valid DNS name`,
      SUBDOMAIN_WORDS,
    );
}

function checkTopologyAnnotations(f: Findings, object: RawRecord): void {
  const annotations = recordOf(recordOf(object["metadata"])["annotations"]);
  const mode = annotations[TOPOLOGY_MODE];
  const hints = annotations[TOPOLOGY_HINTS];
  if (typeof mode === "string" && typeof hints === "string" && mode !== hints)
    refuse(
      f,
      "topology-annotations-differ",
      ["metadata", "annotations", TOPOLOGY_MODE],
      `annotation ${TOPOLOGY_MODE} is ${quoted(mode)}, ${TOPOLOGY_HINTS} is ${quoted(hints)}`,
      `remove ${TOPOLOGY_HINTS}, the older name`,
    );
}
