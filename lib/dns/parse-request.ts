/** What a name under the cluster domain asks for. */

export type NameRequest =
  /** The zone itself, "svc" or "pod": exists, without data. */
  | { readonly kind: "apex" }
  | { readonly kind: "version" }
  | { readonly kind: "name-server" }
  | { readonly kind: "namespace"; readonly namespace: string; readonly of: "svc" | "pod" }
  | { readonly kind: "pod"; readonly namespace: string; readonly label: string }
  | { readonly kind: "service"; readonly namespace: string; readonly service: string }
  | { readonly kind: "endpoint"; readonly namespace: string; readonly service: string; readonly endpoint: string }
  | {
      readonly kind: "port";
      readonly namespace: string;
      readonly service: string;
      readonly port: string;
      readonly protocol: string;
    }
  | {
      readonly kind: "zonal";
      readonly namespace: string;
      readonly service: string;
      readonly zone: string;
      readonly fallback: boolean;
    }
  | { readonly kind: "invalid"; readonly reason: string };

function withoutUnderscore(label: string): string {
  return label.startsWith("_") ? label.slice(1) : label;
}

/**
 * Parses the labels left of the zone.
 * `name`: lower case, without the zone and without a final dot; "" for the zone itself.
 * Source: CoreDNS plugin/kubernetes/parse.go.
 */
export function parseRequest(name: string, zonal: boolean): NameRequest {
  if (name === "" || name === "svc" || name === "pod") return { kind: "apex" };
  if (name === "dns-version") return { kind: "version" };
  if (name === "ns.dns") return { kind: "name-server" };
  const labels = name.split(".");
  const of = labels.pop();
  if (of !== "svc" && of !== "pod")
    return { kind: "invalid", reason: `"${of}" stands where "svc" or "pod" is expected` };
  const namespace = labels.pop()!;
  const service = labels.pop();
  if (service === undefined) return { kind: "namespace", namespace, of };
  if (of === "pod")
    return labels.length === 0
      ? { kind: "pod", namespace, label: service }
      : { kind: "invalid", reason: "a pod name has one label left of its namespace" };
  const [first, second, third] = labels;
  if (first === undefined) return { kind: "service", namespace, service };
  if (second === undefined) return { kind: "endpoint", namespace, service, endpoint: first };
  if (third === undefined)
    return { kind: "port", namespace, service, port: withoutUnderscore(first), protocol: withoutUnderscore(second) };
  if (zonal && third === "_zone" && labels.length === 3 && (second === "pin" || second === "prefer"))
    return { kind: "zonal", namespace, service, zone: first, fallback: second === "prefer" };
  return { kind: "invalid", reason: "more than two labels stand left of the service's name" };
}
