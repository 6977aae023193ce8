/** Where in the backends a line of a recorded text is made. */

/** Files by mode: the first pattern that a line matches. */
const MAKERS: Readonly<Record<string, readonly (readonly [pattern: RegExp, file: string])[]>> = {
  nftables: [
    [/^add (table|counter) /, "index.ts"],
    [/^add element /, "elements.ts"],
    [/^add (set|map) /, "sets.ts"],
    [/ type (nat|filter) hook |^add rule \S+ \S+ (nat|filter)-/, "base-chains.ts"],
    [/^add (chain|rule) \S+ \S+ (service|local)-\S*\//, "service-chains.ts"],
    [/^add (chain|rule) \S+ \S+ external-\S*\//, "external-chains.ts"],
    [/^add (chain|rule) \S+ \S+ firewall-\S*\//, "firewall.ts"],
    [/^add (chain|rule) \S+ \S+ endpoint-\S*\//, "endpoint-chains.ts"],
    [/^add (chain|rule) /, "regular-chains.ts"],
  ],
  iptables: [
    [/KUBE-SEP-\S+ (-m|-s|-j)|^:KUBE-SEP-/, "endpoint-chain.ts"],
    [/^(-A |:)KUBE-EXT-/, "external-chain.ts"],
    [/^(-A |:)KUBE-FW-/, "firewall-chain.ts"],
    [/^(-A |:)KUBE-SV[CL]-/, "dispatch-chain.ts"],
    [/^(-A |:)KUBE-(PROXY-FIREWALL|EXTERNAL-SERVICES)/, "filter-rules.ts"],
    [/^(-A |:)KUBE-(SERVICES|NODEPORTS)/, "service-capture.ts"],
    [/./, "static-rules.ts"],
  ],
  ipvs: [
    [/^-[Aa] -[tuf] /, "virtual-servers.ts"],
    [/^(create|add) /, "sets.ts"],
    [/KUBE-(IPVS|PROXY-FIREWALL|SOURCE-RANGES|FORWARD|NODE-PORT|LOAD-BALANCER-FW)/, "filter-rules.ts"],
    [/^(-A|:|\*|COMMIT)/, "nat-rules.ts"],
    [/./, "node-addresses.ts"],
  ],
};

/** Path of the file from the project's root, e.g. "lib/backends/nftables/service-chains.ts". */
export function lineMaker(mode: string, line: string): string {
  const file = MAKERS[mode]?.find(([pattern]) => pattern.test(line))?.[1];
  return `lib/backends/${mode}/${file ?? "index.ts"}`;
}
