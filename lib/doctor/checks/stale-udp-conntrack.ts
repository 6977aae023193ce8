import { canonicalIP } from "../../net/ip.js";
import { sliceEndpoints } from "../../kube/endpoint-table.js";
import type { Service } from "../../kube/types.js";
import { count, evidence, keyOf } from "../describe.js";
import type { Check } from "../types.js";

export const staleUDPConntrack: Check = {
  id: "stale-udp-conntrack",
  title: "UDP flows that still go to a pod that is gone",
  severity: "error",
  why: "connection tracking keeps sending a client's datagrams to the old address as long as the client goes on, whatever the rules say",
  covers: [22],
  needs: ["conntrack"],
  scope: "capture",
  *run(capture, { cluster, endpointsOf }) {
    if (capture.kind !== "conntrack") return;
    const owners = new Map<string, Service>();
    for (const service of cluster.services) {
      const { clusterIP, clusterIPs, externalIPs = [], ports = [] } = service.spec;
      const ingress = (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
      for (const text of [...(clusterIPs ?? [clusterIP ?? ""]), ...externalIPs, ...ingress])
        for (const { port, protocol } of ports)
          if (protocol === "UDP") owners.set(`${canonicalIP(text)} ${port}`, service);
    }
    const stale = new Map<
      string,
      { service: Service; entries: { line: number; source: string; to: string }[]; untranslated: boolean }
    >();
    const addresses = new Map<Service, Set<string>>();
    for (const { protocol, original, replySource, line } of capture.entries) {
      if (protocol !== "udp") continue;
      const destination = canonicalIP(original.destination);
      const service = owners.get(`${destination} ${original.port}`);
      if (!service) continue;
      let own = addresses.get(service);
      if (!own) {
        const { slices, source } = endpointsOf(service);
        if (source === "unknown" || (source === "pods" && cluster.pods.length === 0)) {
          yield { notEnoughInput: `the input does not tell the endpoints of Service ${keyOf(service)}` };
          continue;
        }
        own = new Set(
          slices.flatMap((slice) =>
            sliceEndpoints(slice).flatMap((e) => e.addresses.map((ip) => canonicalIP(ip) ?? ip)),
          ),
        );
        addresses.set(service, own);
      }
      const to = canonicalIP(replySource) ?? replySource;
      if (own.has(to)) continue;
      const untranslated = to === destination;
      // Without endpoints an untranslated flow is what is expected.
      if (untranslated && own.size === 0) continue;
      const id = `${keyOf(service)} ${original.port}`;
      const entry = stale.get(id) ?? { service, entries: [], untranslated };
      entry.entries.push({ line, source: original.source, to });
      stale.set(id, entry);
    }
    for (const [id, { service, entries, untranslated }] of stale)
      yield {
        object: service,
        detail: id,
        message: `${count(entries.length, "UDP flow")} to Service ${keyOf(service)} ${entries.length === 1 ? "goes" : "go"} to ${entries[0]!.to}, which is ${untranslated ? "the Service's own address: it was never translated" : "no endpoint of it"}`,
        evidence: [
          ...entries
            .slice(0, 3)
            .map(({ line, source, to }) => ({ text: `from ${source} to ${to}`, at: { file: capture.file, line } })),
          evidence("the Service", service, ["spec", "clusterIP"]),
        ],
        change: `delete the entries (conntrack -D -p udp --orig-dst ${service.spec.clusterIP ?? "ADDRESS"}), or restart the clients`,
      };
  },
};
