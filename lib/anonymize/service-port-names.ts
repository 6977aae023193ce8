/** The service ports that objects and comments name, as the hashes of chain names start from them. */

/** "ns/name:port", the part behind the colon missing for an unnamed port. */
const SERVICE_PORT = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[a-z0-9-]*)?$/;

/** Whether a word of a comment has the form of a service port's name. */
export function isServicePortName(word: string): boolean {
  return SERVICE_PORT.test(word);
}

/** The names of the ports of a Service, as kube-proxy writes them. */
export function servicePortNamesOf(object: Readonly<Record<string, unknown>>): string[] {
  if (object["kind"] !== "Service") return [];
  const { name, namespace = "default" } = (object["metadata"] ?? {}) as Record<string, unknown>;
  const { ports } = (object["spec"] ?? {}) as { ports?: unknown };
  if (typeof name !== "string" || typeof namespace !== "string") return [];
  const service = `${namespace}/${name}`;
  return (Array.isArray(ports) ? (ports as unknown[]) : []).map((port) => {
    const own = (port as { name?: unknown } | null)?.name;
    return typeof own === "string" && own !== "" ? `${service}:${own}` : service;
  });
}
