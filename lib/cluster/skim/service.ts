/** Services made from one before them: other names, addresses, port numbers and selected labels. */
import type { LoadBalancerIngress, Service, ServicePortSpec } from "../../kube/types.js";
import { canonicalIP, familyOfIP } from "../../net/ip.js";
import type { Difference } from "../../readers/sink.js";
import type { FieldPath } from "../../source/origin.js";
import { isDNS1035Label, isDNSSubdomain, isLabelValue } from "../validate/grammar.js";
import { isPort } from "../validate/ports.js";
import { isNodePortOfRange, KUBELET_PORT } from "../validate/service-ports.js";
import { everyText, withTexts, type DifferingText } from "./differing-texts.js";
import { metadataTemplate } from "./metadata.js";
import type { ObjectTemplate } from "./template.js";

const PORT_NUMBERS = ["port", "targetPort", "nodePort"] as const;
const INGRESS_TEXTS = ["ip", "hostname"] as const;

/** For each item of a list the indexes of its fields that differ. */
type DifferingFields<F extends string> = (Partial<Record<F, number>> | undefined)[];

/** `first`: as kept, nothing to be said of it. */
export function serviceTemplate(first: Service): ObjectTemplate {
  const { spec, status } = first;
  const ingress = status?.loadBalancer?.ingress;
  const metadata = metadataTemplate(first.metadata, isDNS1035Label);
  const selector: DifferingText[] = [];
  const clusterIPs: number[] = [];
  const ports: DifferingFields<(typeof PORT_NUMBERS)[number]> = [];
  const ingresses: DifferingFields<(typeof INGRESS_TEXTS)[number]> = [];
  let clusterIPAt = -1;
  let healthPortAt = -1;

  function differs(path: FieldPath, at: number): Difference | undefined {
    if (path[0] === "metadata") return metadata.differs(path, at);
    if (path[0] === "status") return statusDiffers(path, at);
    if (path[0] !== "spec") return undefined;
    const [, field, key, inner] = path;
    if (path.length === 2 && field === "clusterIP" && isAddress(spec.clusterIP)) {
      clusterIPAt = at;
      return "text";
    }
    if (path.length === 2 && field === "healthCheckNodePort" && spec.healthCheckNodePort) {
      healthPortAt = at;
      return "number";
    }
    if (path.length === 3 && field === "clusterIPs" && isAddress(spec.clusterIPs?.[key as number])) {
      clusterIPs[key as number] = at;
      return "text";
    }
    if (path.length === 3 && field === "selector" && key !== "__proto__") {
      selector.push({ key: key as string, at });
      return "text";
    }
    if (path.length !== 4 || field !== "ports") return undefined;
    const number = PORT_NUMBERS.find((name) => name === inner);
    // A target port may be a name, and a node port 0 is none.
    const given = number && spec.ports?.[key as number]?.[number];
    if (!number || typeof given !== "number" || given === 0) return undefined;
    (ports[key as number] ??= {})[number] = at;
    return "number";
  }

  function statusDiffers(path: FieldPath, at: number): Difference | undefined {
    const [, field, list, key, inner] = path;
    if (path.length !== 5 || field !== "loadBalancer" || list !== "ingress") return undefined;
    const text = INGRESS_TEXTS.find((name) => name === inner);
    if (!text || !ingress?.[key as number]?.[text]) return undefined;
    (ingresses[key as number] ??= {})[text] = at;
    return "text";
  }

  /** The cluster IPs of another one; undefined unless each is canonical and in the families of the first one's. */
  function otherClusterIPs(values: readonly unknown[]): string[] | undefined {
    const ips = [...(spec.clusterIPs ?? [])];
    for (let i = 0; i < clusterIPs.length; i++) {
      const ip = values[clusterIPs[i]!] as string;
      if (!isAddressOfFamily(ip, ips[i]!)) return undefined;
      ips[i] = ip;
    }
    return ips;
  }

  function make(values: readonly unknown[], { origin }: Pick<Service, "origin">): Service | undefined {
    const otherMetadata = metadata.make(values);
    if (!otherMetadata || !everyText(selector, values, isLabelValue)) return undefined;
    const clusterIP = clusterIPAt < 0 ? spec.clusterIP : (values[clusterIPAt] as string);
    if (clusterIPAt >= 0 && !isAddressOfFamily(clusterIP!, spec.clusterIP!)) return undefined;
    const ips = spec.clusterIPs && otherClusterIPs(values);
    if (spec.clusterIPs?.length && ips?.[0] !== clusterIP) return undefined;
    const otherPorts = spec.ports && (ports.length === 0 ? spec.ports : otherPortsOf(spec.ports, ports, values));
    if (spec.ports && !otherPorts) return undefined;
    const healthPort = healthPortAt < 0 ? spec.healthCheckNodePort : (values[healthPortAt] as number);
    if (healthPortAt >= 0 && !isPort(healthPort!)) return undefined;
    const otherStatus = ingresses.length === 0 ? status : otherStatusOf(ingress!, ingresses, values);
    if (status && !otherStatus) return undefined;
    return {
      apiVersion: first.apiVersion,
      kind: first.kind,
      metadata: otherMetadata,
      spec: {
        type: spec.type,
        clusterIP,
        clusterIPs: ips,
        ipFamilies: spec.ipFamilies,
        ipFamilyPolicy: spec.ipFamilyPolicy,
        selector: withTexts(spec.selector, selector, values),
        ports: otherPorts,
        externalIPs: spec.externalIPs,
        externalName: spec.externalName,
        sessionAffinity: spec.sessionAffinity,
        sessionAffinityConfig: spec.sessionAffinityConfig,
        loadBalancerSourceRanges: spec.loadBalancerSourceRanges,
        loadBalancerClass: spec.loadBalancerClass,
        allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts,
        externalTrafficPolicy: spec.externalTrafficPolicy,
        internalTrafficPolicy: spec.internalTrafficPolicy,
        healthCheckNodePort: healthPort,
        publishNotReadyAddresses: spec.publishNotReadyAddresses,
        trafficDistribution: spec.trafficDistribution,
      },
      status: otherStatus,
      origin,
    };
  }

  return { differs, make };
}

function isAddress(clusterIP: string | undefined): boolean {
  return !!clusterIP && clusterIP !== "None";
}

/** Whether the text is an address in canonical form, of the family of the first one's. */
function isAddressOfFamily(text: string, first: string): boolean {
  return canonicalIP(text) === text && familyOfIP(text) === familyOfIP(first);
}

/** The ports of another one, the first one's own when all numbers are the same; undefined when a check might refuse one. */
function otherPortsOf(
  first: ServicePortSpec[],
  differing: DifferingFields<(typeof PORT_NUMBERS)[number]>,
  values: readonly unknown[],
): ServicePortSpec[] | undefined {
  let isSame = true;
  const ports: ServicePortSpec[] = [];
  for (let i = 0; i < first.length; i++) {
    const { name, protocol, appProtocol, ...numbers } = first[i]!;
    const at = differing[i];
    const port = at?.port === undefined ? numbers.port : (values[at.port] as number);
    const targetPort = at?.targetPort === undefined ? numbers.targetPort : (values[at.targetPort] as number);
    const nodePort = at?.nodePort === undefined ? numbers.nodePort : (values[at.nodePort] as number);
    if (!isPort(port) || port === KUBELET_PORT) return undefined;
    if (typeof targetPort === "number" && targetPort !== numbers.targetPort && !isPort(targetPort)) return undefined;
    if (nodePort !== numbers.nodePort && !isNodePortOfRange(nodePort!)) return undefined;
    if (port !== numbers.port || targetPort !== numbers.targetPort || nodePort !== numbers.nodePort) isSame = false;
    ports.push({ name, protocol, port, targetPort, nodePort, appProtocol });
  }
  if (isSame) return first;
  return ports.length === 1 || areApart(ports) ? ports : undefined;
}

/** Whether no two ports have a number of the same protocol, or a node port, in common. */
function areApart(ports: readonly ServicePortSpec[]): boolean {
  return ports.every((port, i) =>
    ports.every(
      (other, k) =>
        k >= i ||
        ((port.port !== other.port || (port.protocol || "TCP") !== (other.protocol || "TCP")) &&
          (!port.nodePort || port.nodePort !== other.nodePort)),
    ),
  );
}

function otherStatusOf(
  first: readonly LoadBalancerIngress[],
  differing: DifferingFields<(typeof INGRESS_TEXTS)[number]>,
  values: readonly unknown[],
): Service["status"] | undefined {
  const ingress: LoadBalancerIngress[] = [];
  for (let i = 0; i < first.length; i++) {
    const other = { ...first[i]! };
    const at = differing[i];
    if (at?.ip !== undefined) other.ip = values[at.ip] as string;
    if (at?.hostname !== undefined) other.hostname = values[at.hostname] as string;
    if (other.ip && !familyOfIP(other.ip)) return undefined;
    if (at?.ip !== undefined && !other.ip) return undefined;
    if (other.hostname && (familyOfIP(other.hostname) || !isDNSSubdomain(other.hostname))) return undefined;
    if (at?.hostname !== undefined && !other.hostname) return undefined;
    ingress.push(other);
  }
  return { loadBalancer: { ingress } };
}
