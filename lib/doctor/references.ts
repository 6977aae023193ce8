/** Names of Services in the settings of programs: environment, arguments, ConfigMaps. */
import type { Cluster } from "../cluster/types.js";
import type { Container, KubeObject } from "../kube/types.js";
import type { FieldPath } from "../source/origin.js";
import { namespaceOf } from "./describe.js";
import { workloadOf } from "./workload-of.js";

/** A host that a program of the namespace is told to connect to. */
export interface Reference {
  /** Lower case, without a final dot. */
  readonly host: string;
  readonly port: number | undefined;
  readonly namespace: string;
  /** A URL or host with port says more than a bare word. */
  readonly form: "url" | "host-port" | "bare";
  readonly object: KubeObject;
  readonly path: FieldPath;
  /** "env API_URL of container web of Deployment web". */
  readonly text: string;
  /** The pods' own search domains, lower case. */
  readonly searches: readonly string[];
}

/** Names of variables whose value is a host. */
const HOST_VARIABLE = /(?:^|_)(?:HOST|HOSTNAME|ADDR|ADDRESS|SERVER|ENDPOINT|URL|URI|SERVICE|UPSTREAM|BROKER|BROKERS)$/i;
const HOST = /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/i;
const LONGEST_VALUE = 4096;
const LONGEST_TEXT = 262_144;

function hostPort(text: string): { host: string; port: number | undefined } | undefined {
  const [host, port, more] = text.split(":");
  if (host === undefined || more !== undefined || host.length > 253 || !HOST.test(host)) return undefined;
  if (port !== undefined && !/^\d{1,5}$/.test(port)) return undefined;
  return { host: host.toLowerCase(), port: port === undefined ? undefined : Number(port) };
}

type Found = Pick<Reference, "host" | "port" | "form">;

/** Hosts of URLs in a text. Scans for "://" so that long texts cost one pass. */
export function hostsOfURLs(text: string): Found[] {
  const found: Found[] = [];
  for (let at = text.indexOf("://"); at >= 0; at = text.indexOf("://", at + 3)) {
    let end = at + 3;
    while (end < text.length && end - at < 600 && !/[\s/?#"'`<>\\,;|)\]}]/.test(text[end]!)) end++;
    const authority = text.slice(at + 3, end);
    const parsed = hostPort(authority.slice(authority.lastIndexOf("@") + 1));
    if (parsed) found.push({ ...parsed, form: "url" });
  }
  return found;
}

/** Hosts in one value: URLs, else a list of host:port, else a bare host where the name says it is one. */
export function hostsOfValue(value: string, name: string | undefined): Found[] {
  if (value.length > LONGEST_VALUE) return [];
  const urls = hostsOfURLs(value);
  if (urls.length > 0) return urls;
  return value.split(",").flatMap((part): Found[] => {
    const parsed = hostPort(part.trim());
    if (!parsed || /^[\d.]+$/.test(parsed.host)) return [];
    if (parsed.port !== undefined) return [{ ...parsed, form: "host-port" }];
    return name !== undefined && HOST_VARIABLE.test(name) ? [{ ...parsed, form: "bare" }] : [];
  });
}

function* referencesOfContainer(
  container: Container,
  owner: string,
  base: Pick<Reference, "namespace" | "object" | "searches">,
  path: FieldPath,
): Generator<Reference> {
  for (const [i, { name, value }] of (container.env ?? []).entries())
    if (value)
      for (const found of hostsOfValue(value, name))
        yield {
          ...base,
          ...found,
          path: [...path, "env", i, "value"],
          text: `env ${name} of container ${container.name} of ${owner}`,
        };
  for (const field of ["command", "args"] as const)
    for (const [i, argument] of (container[field] ?? []).entries()) {
      const equals = argument.startsWith("-") ? argument.indexOf("=") : -1;
      const flag = equals < 0 ? undefined : argument.slice(0, equals).replaceAll("-", "_");
      for (const found of hostsOfValue(equals < 0 ? argument : argument.slice(equals + 1), flag))
        yield {
          ...base,
          ...found,
          path: [...path, field, i],
          text: `${field} of container ${container.name} of ${owner}`,
        };
    }
}

/** "key: value" and "key=value" lines whose whole value is a host with its port. */
function* hostPortLines(text: string): Generator<Found> {
  for (const line of text.split("\n")) {
    const match =
      line.length > 500
        ? null
        : /^\s*[-\w."']{1,80}\s*[:=]\s*["']?([a-z0-9][-a-z0-9.]{0,200}:\d{1,5})["']?\s*$/i.exec(line);
    const parsed = match ? hostPort(match[1]!) : undefined;
    if (parsed && !/^[\d.]+$/.test(parsed.host)) yield { ...parsed, form: "host-port" };
  }
}

function* referencesOfConfigMaps(cluster: Cluster): Generator<Reference> {
  for (const object of cluster.configMaps) {
    const namespace = namespaceOf(object);
    for (const [key, text] of Object.entries(object.data ?? {})) {
      if (text.length > LONGEST_TEXT) continue;
      const base = {
        namespace,
        object,
        path: ["data", key],
        searches: [],
        text: `key ${key} of ConfigMap ${object.metadata.name}`,
      };
      const whole = text.includes("\n")
        ? [...hostsOfURLs(text), ...hostPortLines(text)]
        : hostsOfValue(text.trim(), key);
      for (const found of whole) yield { ...base, ...found };
    }
  }
}

/** Every reference of the input: pod templates of workloads, pods without a workload in the input, ConfigMaps. */
export function* findReferences(cluster: Cluster): Generator<Reference> {
  for (const object of cluster.workloads) {
    if (object.kind === "ReplicaSet" && object.metadata.ownerReferences?.length) continue;
    const spec = object.spec.template?.spec;
    const base = { namespace: namespaceOf(object), object, searches: spec?.dnsConfig?.searches ?? [] };
    const path =
      object.kind === "CronJob" ? ["spec", "jobTemplate", "spec", "template", "spec"] : ["spec", "template", "spec"];
    for (const field of ["initContainers", "containers"] as const)
      for (const [i, container] of (spec?.[field] ?? []).entries())
        yield* referencesOfContainer(container, `${object.kind} ${object.metadata.name}`, base, [...path, field, i]);
  }
  const seen = new Set(
    cluster.workloads.map((workload) => `${namespaceOf(workload)}/${workload.kind} ${workload.metadata.name}`),
  );
  for (const object of cluster.pods) {
    if (object.simulated === "object") continue;
    // Pods of one workload are alike; only the first is read, and none when the workload is in the input.
    const id = `${namespaceOf(object)}/${workloadOf(object)}`;
    if (seen.has(id)) continue;
    seen.add(id);
    const base = { namespace: namespaceOf(object), object, searches: object.spec.dnsConfig?.searches ?? [] };
    for (const field of ["initContainers", "containers"] as const)
      for (const [i, container] of (object.spec[field] ?? []).entries())
        yield* referencesOfContainer(container, `Pod ${object.metadata.name}`, base, ["spec", field, i]);
  }
  yield* referencesOfConfigMaps(cluster);
}
