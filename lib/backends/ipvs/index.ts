/**
 * kube-proxy's IPVS mode: service ports to virtual servers, ip sets, addresses of kube-ipvs0 and the iptables rules
 * around them. Makes no text: `rulesets/*` and `render` spell it.
 */
import { FILTER_CHAINS, filterRules } from "./filter-rules.js";
import { frontendsOf } from "./frontends.js";
import { addBoundAddress, addServicePortEntries, emptySetEntries, ipSetsOf, type ClosedFrontend } from "./ip-sets.js";
import { BUILT_IN_JUMPS, type Jump } from "./jumps.js";
import { NAT_CHAINS, natRules, type HasEntries } from "./nat-rules.js";
import { nodeAddressesOf } from "./node-addresses.js";
import { selectRealServers } from "./real-servers.js";
import { protocolOf, VirtualServerTable } from "./virtual-servers.js";
import { conflictWarnings, fullSetWarnings, schedulerProblems, zeroRangeWarnings } from "./warnings.js";
import type { BackendInput } from "../input.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { parseIP } from "../../net/ip.js";
import type { Rule, Ruleset, Table, TableName } from "../../rulesets/iptables/types.js";
import type { IPVSProtocol, IPVSState } from "../../rulesets/ipvs/types.js";

export interface CompiledIPVS {
  readonly state: IPVSState;
  /** The document of a full sync: nat, then filter. */
  readonly iptables: Ruleset;
  /** What is put into built-in chains outside the document, in the order made (each in front of the earlier). */
  readonly jumps: readonly Jump[];
  /** Every node port, also where no address of the node is known. */
  readonly nodePorts: readonly { readonly protocol: IPVSProtocol; readonly port: number; readonly label: string }[];
  /** The note on the mode's end, then warnings. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Everything kube-proxy programs in IPVS mode for one family on one node, each list in a fixed order.
 * Source: kube-proxy pkg/proxy/ipvs/proxier.go, a full sync on a node that held nothing.
 */
export function compileIpvs(input: BackendInput): CompiledIPVS {
  const { family } = input;
  const node = nodeAddressesOf(input);
  const nodeIP = parseIP(input.node.ip[family]);
  const servers = new VirtualServerTable(input.config);
  const entries = emptySetEntries();
  const closed: ClosedFrontend[] = [];
  const nodePorts: { protocol: IPVSProtocol; port: number; label: string }[] = [];
  const warnings: Diagnostic[] = [];

  for (const servicePort of input.servicePorts) {
    const { port } = servicePort;
    const realServers = selectRealServers(servicePort);
    for (const frontend of frontendsOf(port, node)) {
      servers.add(port, frontend, realServers);
      if (frontend.bound) addBoundAddress(entries, frontend.address, port);
    }
    closed.push(...addServicePortEntries(entries, servicePort, node, nodeIP));
    if (port.nodePort !== 0) nodePorts.push({ protocol: protocolOf(port), port: port.nodePort, label: port.name });
    warnings.push(...zeroRangeWarnings(port));
  }

  const sets = ipSetsOf(entries, family);
  const has: HasEntries = (key) => entries[key].size > 0;
  return {
    state: {
      kind: "ipvs",
      family,
      virtualServers: servers.sorted(),
      sets,
      addresses: sets.at(-1)!.entries.map(({ text, origin }) => ({ address: text, origin })),
    },
    iptables: {
      kind: "iptables",
      family,
      tables: [
        table("nat", NAT_CHAINS, natRules(input, has)),
        table("filter", FILTER_CHAINS, filterRules(input, has, closed)),
      ],
    },
    jumps: BUILT_IN_JUMPS,
    nodePorts,
    diagnostics: [
      ...schedulerProblems(input),
      ...warnings,
      ...conflictWarnings(servers.conflicts),
      ...fullSetWarnings(sets),
    ],
  };
}

function table(name: TableName, chains: readonly string[], rules: readonly Rule[]): Table {
  return { name, chains: chains.map((chain) => ({ name: chain })), rules };
}
