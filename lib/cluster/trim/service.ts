import type { LoadBalancerIngress, Service, ServicePortSpec } from "../../kube/types.js";
import {
  booleanOf,
  compact,
  fieldsOf,
  mapsOf,
  numberOf,
  numberOrStringOf,
  stringMapOf,
  stringOf,
  stringsOf,
  type Fields,
} from "./shape.js";

type Spec = Service["spec"];

export function trimService(raw: Fields): Pick<Service, "spec" | "status"> {
  const spec = fieldsOf(raw["spec"]) ?? {};
  const ingress = fieldsOf(fieldsOf(raw["status"])?.["loadBalancer"])?.["ingress"];
  // All of one shape, with what is not given undefined: leaving fields out one by one takes more time and room.
  return {
    spec: {
      type: stringOf(spec["type"]) as Spec["type"],
      clusterIP: stringOf(spec["clusterIP"]),
      clusterIPs: stringsOf(spec["clusterIPs"]),
      ipFamilies: stringsOf(spec["ipFamilies"]) as Spec["ipFamilies"],
      ipFamilyPolicy: stringOf(spec["ipFamilyPolicy"]),
      selector: stringMapOf(spec["selector"]),
      ports: mapsOf(spec["ports"], trimPort),
      externalIPs: stringsOf(spec["externalIPs"]),
      externalName: stringOf(spec["externalName"]),
      sessionAffinity: stringOf(spec["sessionAffinity"]) as Spec["sessionAffinity"],
      sessionAffinityConfig: trimAffinity(spec["sessionAffinityConfig"]),
      loadBalancerSourceRanges: stringsOf(spec["loadBalancerSourceRanges"]),
      loadBalancerClass: stringOf(spec["loadBalancerClass"]),
      allocateLoadBalancerNodePorts: booleanOf(spec["allocateLoadBalancerNodePorts"]),
      externalTrafficPolicy: stringOf(spec["externalTrafficPolicy"]) as Spec["externalTrafficPolicy"],
      internalTrafficPolicy: stringOf(spec["internalTrafficPolicy"]) as Spec["internalTrafficPolicy"],
      healthCheckNodePort: numberOf(spec["healthCheckNodePort"]),
      publishNotReadyAddresses: booleanOf(spec["publishNotReadyAddresses"]),
      trafficDistribution: stringOf(spec["trafficDistribution"]),
    },
    status: ingress === undefined ? undefined : { loadBalancer: { ingress: mapsOf(ingress, trimIngress) } },
  };
}

function trimPort(port: Fields): ServicePortSpec {
  return {
    name: stringOf(port["name"]),
    protocol: stringOf(port["protocol"]) as ServicePortSpec["protocol"],
    port: numberOf(port["port"]) ?? 0,
    targetPort: numberOrStringOf(port["targetPort"]),
    nodePort: numberOf(port["nodePort"]),
    appProtocol: stringOf(port["appProtocol"]),
  };
}

function trimAffinity(value: unknown): Spec["sessionAffinityConfig"] {
  const config = fieldsOf(value);
  const clientIP = fieldsOf(config?.["clientIP"]);
  return config && compact({ clientIP: clientIP && compact({ timeoutSeconds: numberOf(clientIP["timeoutSeconds"]) }) });
}

function trimIngress(ingress: Fields): LoadBalancerIngress {
  return compact({
    ip: stringOf(ingress["ip"]),
    hostname: stringOf(ingress["hostname"]),
    ipMode: stringOf(ingress["ipMode"]),
  });
}
