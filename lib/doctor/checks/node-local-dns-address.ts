import { parseIP } from "../../net/ip.js";
import { evidence, keyOf, listText, namespaceOf } from "../describe.js";
import { dnsAddressesOf, findNodeLocalDNS, isNodesOwn } from "../node-local-dns.js";
import type { Check } from "../types.js";

export const nodeLocalDNSAddress: Check = {
  id: "node-local-dns-address",
  title: "NodeLocal DNSCache that listens on the wrong address",
  severity: "error",
  why: "pods ask the cluster IP of the DNS Service: a cache that does not listen there is passed by, and one that does in mode ipvs takes the address from the Service",
  needs: ["workloads"],
  scope: "cluster",
  *run(context) {
    const cache = findNodeLocalDNS(context);
    if (!cache) return;
    const { workload, addresses, path } = cache;
    const name = `${workload.kind} ${workload.metadata.name}`;
    const written = evidence(`${name}: -localip ${addresses.join(",")}`, workload, path);
    const unfilled = addresses.find((address) => parseIP(address) === undefined);
    if (unfilled !== undefined) {
      yield {
        object: workload,
        message: `-localip holds ${unfilled}, which is no address: a placeholder of the manifest was not filled in`,
        evidence: [written],
        change:
          "put the link-local address (169.254.20.10) and, in modes iptables and nftables, the cluster IP of kube-dns there",
      };
      return;
    }
    const dns = dnsAddressesOf(context);
    if (!dns) {
      yield { notEnoughInput: "the input does not tell the cluster IP of the DNS Service (kube-system/kube-dns)" };
      return;
    }
    const service = context.dnsService!;
    const both = [written, evidence(`Service ${keyOf(service)}: ${listText(dns)}`, service, ["spec", "clusterIP"])];
    const shared = addresses.filter((address) => dns.includes(address));
    const wrong = addresses.filter((address) => !isNodesOwn(address) && !dns.includes(address));
    if (context.config.mode === "ipvs" && context.configGiven && shared.length > 0)
      yield {
        object: workload,
        concerns: [service],
        detail: "mode ipvs",
        message: `the cache listens on ${listText(shared)}, the address of Service ${keyOf(service)}, and mode ipvs binds it to kube-ipvs0`,
        evidence: both,
        change: "let it listen on the link-local address alone, and point the kubelets' clusterDNS there",
      };
    if (wrong.length > 0)
      yield {
        object: workload,
        concerns: [service],
        message: `the cache listens on ${listText(wrong)}, and Service ${keyOf(service)} has ${listText(dns)}: lookups of pods go past the cache`,
        evidence: both,
        change: `put ${listText(dns)} in place of ${listText(wrong)} in -localip (${namespaceOf(workload)}/${workload.metadata.name}) and in the bind lines of its ConfigMap`,
      };
  },
};
