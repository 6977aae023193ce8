import { findClusterDomain } from "../../dns/dns-config.js";
import { nearest } from "../../util/nearest.js";
import { evidence, keyOf, namespaceOf } from "../describe.js";
import { findReferences } from "../references.js";
import type { Check } from "../types.js";

export const referenceToMissingService: Check = {
  id: "reference-to-missing-service",
  title: "A cluster name of a Service that does not exist",
  severity: "warning",
  why: "the name does not resolve, so the program cannot connect",
  needs: ["services"],
  scope: "cluster",
  *run({ cluster, services }) {
    const domain = findClusterDomain(cluster) ?? "cluster.local";
    const namespaces = new Map<string, string[]>();
    for (const service of cluster.services) {
      const list = namespaces.get(namespaceOf(service)) ?? [];
      list.push(service.metadata.name);
      namespaces.set(namespaceOf(service), list);
    }
    for (const { host, object, path, text } of findReferences(cluster)) {
      // Only the forms that can mean nothing else: NAME.NAMESPACE.svc and NAME.NAMESPACE.svc.DOMAIN.
      const bare = host.endsWith(`.svc.${domain}`)
        ? host.slice(0, -domain.length - 5)
        : host.endsWith(".svc")
          ? host.slice(0, -4)
          : undefined;
      const labels = bare?.split(".") ?? [];
      const [namespace, name] = [labels.at(-1), labels.at(-2)];
      if (!namespace || !name || labels.length > 4 || services.has(`${namespace}/${name}`)) continue;
      // A namespace of which the input holds no Service may simply not be in it.
      const known = namespaces.get(namespace);
      if (!known) continue;
      const near = nearest(name, known) ?? known.find((other) => other.startsWith(name) || name.startsWith(other));
      yield {
        object,
        detail: `${text} ${host}`,
        message: `${text} names ${host}, but namespace ${namespace} has no Service ${name}${near === undefined ? "" : `; there is ${near}`}`,
        evidence: [
          evidence(host, object, path),
          ...(near === undefined
            ? []
            : [evidence(`Service ${namespace}/${near}`, services.get(`${namespace}/${near}`)!, ["metadata", "name"])]),
        ],
        change:
          near === undefined
            ? `correct the name, or add Service ${namespace}/${name}`
            : `use ${keyOf(services.get(`${namespace}/${near}`)!)
                .split("/")
                .reverse()
                .join(".")}, or add Service ${namespace}/${name}`,
      };
    }
  },
};
