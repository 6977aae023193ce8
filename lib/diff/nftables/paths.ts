/** What the names of kube-proxy's nftables objects tell. */
import type { NftElement } from "../../rulesets/nftables/types.js";

export type PathKind = "service" | "local" | "external" | "firewall" | "endpoint" | "affinity";

/** The service port an object belongs to: "ns/name/tcp/portname". */
export interface NamedObject {
  readonly kind: PathKind;
  readonly path: string;
}

const NAME = /^(service|local|external|firewall|endpoint|affinity)-[A-Z2-7]{8}-(.+)$/;

/** Kind and service port of a per-service chain or an affinity set; undefined for every other name. */
export function readObjectName(name: string): NamedObject | undefined {
  if (!name.includes("/")) return undefined;
  const [, kind, rest] = NAME.exec(name) ?? [];
  if (kind === undefined || rest === undefined) return undefined;
  const end = kind === "endpoint" || kind === "affinity" ? rest.indexOf("__") : -1;
  return { kind: kind as PathKind, path: end < 0 ? rest : rest.slice(0, end) };
}

/** Fields of changes and views for a path; a path that is none of a service becomes the key alone. */
export function identityOfPath(path: string): {
  readonly key: string;
  readonly service?: string;
  readonly port?: string;
  readonly protocol?: string;
} {
  const [namespace, name, protocol, port, ...rest] = path.split("/");
  if (namespace === undefined || name === undefined || protocol === undefined || port === undefined || rest.length > 0)
    return { key: path };
  return {
    key: `${namespace}/${name}:${port}/${protocol}`,
    service: `${namespace}/${name}`,
    port,
    protocol: protocol.toUpperCase(),
  };
}

/** The services of things that have paths, as changes tell them. `isOne`: they are all of one, of which `view` is a port. */
export function servicesOfPaths(things: readonly { readonly path: string }[]): {
  readonly services: readonly string[];
  readonly view: ReturnType<typeof identityOfPath> & { readonly frontends: readonly [] };
  readonly isOne: boolean;
} {
  const views = [...new Set(things.map(({ path }) => path))].map((path) => ({
    ...identityOfPath(path),
    frontends: [] as const,
  }));
  const services = [...new Set(views.map(({ service, key }) => service ?? key))].sort();
  return { services, view: views[0]!, isOne: services.length === 1 };
}

/** The path of "ns/name:port" or "ns/name" and a protocol in lower case. */
export function pathOfLabel(label: string, protocol: string): string {
  const colon = label.indexOf(":");
  return colon < 0 ? `${label}/${protocol}/` : `${label.slice(0, colon)}/${protocol}/${label.slice(colon + 1)}`;
}

/** The labels of which `pathOfLabel` makes these paths; undefined where one of them is no path of a service port. */
export function labelsOfPaths(paths: ReadonlySet<string>): ReadonlySet<string> | undefined {
  const labels = new Set<string>();
  for (const path of paths) {
    const [namespace, service, , port, ...rest] = path.split("/");
    if (port === undefined || rest.length > 0) return undefined;
    labels.add(port === "" ? `${namespace}/${service}` : `${namespace}/${service}:${port}`);
  }
  return labels;
}

/** An element's key as one text. */
export function keyText(element: NftElement): string {
  return element.key.join(" . ");
}

/**
 * The service port that an element of a map serves, from the chain it leads to, from what made it or from its comment;
 * undefined when none of these tells.
 */
export function pathOfElement(element: NftElement): string | undefined {
  const { verdict, origin, comment } = element;
  if (origin) {
    const protocol = element.key.find((part) => part === "tcp" || part === "udp" || part === "sctp");
    return protocol === undefined ? undefined : pathOfLabel(origin.label, String(protocol));
  }
  const chain = verdict && "chain" in verdict ? readObjectName(verdict.chain) : undefined;
  if (chain) return chain.path;
  const protocol = element.key.find((part) => typeof part === "string" && /^(tcp|udp|sctp)$/.test(part));
  return comment !== undefined && /^[^/ ]+\/[^/ ]+$/.test(comment) && protocol !== undefined
    ? pathOfLabel(comment, String(protocol))
    : undefined;
}
