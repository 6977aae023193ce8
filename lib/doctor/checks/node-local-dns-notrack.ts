import type { CapturedTable } from "../../rulesets/iptables/capture.js";
import { ruleEvidence, tablesOf, tableText } from "../captured-rules.js";
import { evidence, keyOf, listText } from "../describe.js";
import { dnsAddressesOf, findNodeLocalDNS, isNodesOwn } from "../node-local-dns.js";
import type { Check, Evidence } from "../types.js";

/** Addresses whose DNS traffic is not tracked, each with the rule. */
function untracked(table: CapturedTable): Map<string, Evidence> {
  const found = new Map<string, Evidence>();
  for (const name of ["PREROUTING", "OUTPUT"]) {
    const chain = table.chains.get(name);
    for (const [i, text] of (chain?.texts ?? []).entries()) {
      if (!/-j (?:NOTRACK|CT --notrack)/.test(text) || !/--dport 53\b/.test(text)) continue;
      const address = /(?<!! )-d ([0-9a-f.:]+)/.exec(text)?.[1];
      if (address !== undefined && !found.has(address)) found.set(address, ruleEvidence(table, text, chain!.lines[i]!));
    }
  }
  return found;
}

export const nodeLocalDNSNotrack: Check = {
  id: "node-local-dns-notrack",
  title: "NodeLocal DNSCache and the node's NOTRACK rules disagree",
  severity: "warning",
  why: "what is not tracked kube-proxy does not translate: without the rules lookups go past the cache, and with one for an old address they reach nobody",
  needs: ["iptables"],
  scope: "capture",
  *run(capture, context) {
    const cache = findNodeLocalDNS(context);
    for (const table of tablesOf(capture, "raw")) {
      if (table.family === "IPv6") continue;
      const rules = untracked(table);
      if (cache?.setsUpRules && table.complete) {
        const missing = cache.addresses.filter(
          (address) => !address.includes(":") && /^[\d.]+$/.test(address) && !rules.has(address),
        );
        if (missing.length > 0)
          yield {
            object: cache.workload,
            detail: "rules missing",
            message: `NodeLocal DNSCache is to listen on ${listText(missing)}, and ${tableText(table)} has no NOTRACK rule for it: the cache does not run on the node, or something flushed its rules`,
            evidence: [
              { text: tableText(table), at: { file: table.file, line: table.startLine } },
              evidence(`-localip ${cache.addresses.join(",")}`, cache.workload, cache.path),
            ],
            change: "look at the node's pod of the cache, and restart it: it makes the rules when it starts",
          };
      }
      const shared = [...rules].filter(([address]) => !isNodesOwn(address));
      if (shared.length === 0) continue;
      const dns = dnsAddressesOf(context);
      if (!dns) {
        yield { notEnoughInput: "the input does not tell the cluster IP of the DNS Service (kube-system/kube-dns)" };
        continue;
      }
      for (const [address, rule] of shared) {
        if (dns.includes(address)) continue;
        const service = context.dnsService!;
        yield {
          object: service,
          detail: `address ${address}`,
          severity: "error",
          message: `DNS traffic to ${address} is not tracked on the node, and Service ${keyOf(service)} has ${listText(dns)}: the cache listens on another address than pods ask`,
          evidence: [rule, evidence(`Service ${keyOf(service)}: ${listText(dns)}`, service, ["spec", "clusterIP"])],
          change: `let NodeLocal DNSCache listen on ${listText(dns)} (-localip, and the bind lines of its ConfigMap)`,
        };
      }
    }
  },
};
