import type { Service } from "../../kube/types.js";
import { evidence, listText, namespaceOf } from "../describe.js";
import { findReferences } from "../references.js";
import type { Check } from "../types.js";

/** Words that are Service names by accident too often to count without a port or scheme. */
const COMMON_WORDS = new Set([
  "localhost",
  "default",
  "kubernetes",
  "none",
  "true",
  "false",
  "all",
  "any",
  "auto",
  "local",
  "http",
  "https",
  "tcp",
  "udp",
]);

export const shortNameInOtherNamespace: Check = {
  id: "short-name-in-other-namespace",
  title: "A Service of another namespace called by its short name",
  severity: "error",
  why: "a short name is looked up in the caller's own namespace only, so the name does not resolve",
  needs: ["services"],
  scope: "cluster",
  *run({ cluster }) {
    const byName = new Map<string, Service[]>();
    for (const service of cluster.services) {
      const list = byName.get(service.metadata.name);
      if (list) list.push(service);
      else byName.set(service.metadata.name, [service]);
    }
    for (const reference of findReferences(cluster)) {
      const { host, port, namespace, form, object, path, text, searches } = reference;
      if (host.includes(".") || COMMON_WORDS.has(host)) continue;
      const services = byName.get(host);
      if (!services || services.some((service) => namespaceOf(service) === namespace)) continue;
      if (services.some((service) => searches.some((search) => search.startsWith(`${namespaceOf(service)}.svc`))))
        continue;
      // Without a scheme only a port that the Service has shows that it is meant.
      const hasPort = services.some((service) => service.spec.ports?.some((p) => p.port === port));
      if (form === "host-port" && !hasPort) continue;
      const [target] = services;
      const namespaces = services.map((service) => namespaceOf(service));
      const suffix = port === undefined ? "" : `:${port}`;
      yield {
        object,
        detail: `${text} ${host}`,
        severity: form === "bare" ? "warning" : "error",
        message: `${text} names "${host}${suffix}", but namespace ${namespace} has no such Service; it is in namespace ${listText(namespaces)}`,
        evidence: [
          evidence(`${host}${suffix}`, object, path),
          evidence(`Service ${namespaces[0]}/${host}`, target!, ["metadata", "name"]),
        ],
        change: `use ${host}.${namespaces[0]} (or ${host}.${namespaces[0]}.svc.cluster.local)`,
      };
    }
  },
};
