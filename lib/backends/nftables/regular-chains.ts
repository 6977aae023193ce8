/** Chains that are the same whatever the services are. */
import type { NftRule, Statement, Value } from "../../rulesets/nftables/types.js";
import { parseCIDR } from "../../net/cidr.js";
import type { TableContext } from "./context.js";
import * as names from "./names.js";
import {
  concat,
  ct,
  DROP,
  fib,
  inSet,
  L4PROTO,
  literal,
  MASQUERADE,
  match,
  meta,
  REJECT_STATEMENT,
  RETURN,
  rule,
  setOf,
  TH_DPORT,
  vmap,
} from "./statements.js";

/** Every regular chain with its rules, in no particular order. Source: pkg/proxy/nftables, setupNFTables. */
export function regularChains(context: TableContext): ReadonlyMap<string, readonly NftRule[]> {
  const { daddr } = context;
  const serviceKey = concat(daddr, L4PROTO, TH_DPORT);
  const chains = new Map<string, readonly NftRule[]>();
  const add = (chain: string, ...bodies: (readonly [readonly Statement[], string?])[]) =>
    chains.set(
      chain,
      bodies.map(([statements, comment]) => rule(chain, statements, comment)),
    );
  if (!context.input.features.nftHairpinSet) add(names.MARK_FOR_MASQUERADE, [[context.setMark]]);
  add(names.MASQUERADING, ...masquerading(context));
  add(names.CLUSTER_IPS_CHECK, ...clusterIPsCheck(context));
  add(names.REJECT, [[REJECT_STATEMENT]]);
  add(names.SERVICE_ENDPOINTS_CHECK, [[vmap(serviceKey, names.NO_ENDPOINT_SERVICES)]]);
  add(names.NODEPORT_ENDPOINTS_CHECK, ...nodePortChecks(context));
  for (const protocol of context.rejectedOnLocalhost)
    add(names.localhostRejectChain(protocol), [
      [{ kind: "counter", name: names.localhostRejectCounter(protocol) }, REJECT_STATEMENT],
    ]);
  add(names.FIREWALL_CHECK, [[vmap(serviceKey, names.FIREWALL_IPS)]]);
  add(
    names.SERVICES,
    ...masqueradeClusterIPs(context),
    [[vmap(serviceKey, names.SERVICE_IPS)]],
    [
      [
        ...(context.nodePortIPs ? [] : [match(fib("daddr", "type"), literal("local"))]),
        ...toNodePortIP(context),
        vmap(concat(L4PROTO, TH_DPORT), names.SERVICE_NODEPORTS),
      ],
    ],
  );
  return chains;
}

type Body = readonly [readonly Statement[], string?];

function masquerading({ mark, input, saddr, daddr }: TableContext): Body[] {
  const markBit = (operator: string): Statement =>
    match({ kind: "bitwise", operator: "and", left: meta("mark"), right: mark }, literal(0), operator);
  const clearMark: Statement = { kind: "set-mark", operator: "xor", value: mark };
  if (!input.features.nftHairpinSet) return [[[markBit("=="), RETURN]], [[clearMark]], [[MASQUERADE]]];
  const hairpin = inSet(concat(saddr, daddr, L4PROTO, TH_DPORT), names.HAIRPIN_CONNECTIONS);
  return [[[markBit("!="), clearMark, MASQUERADE]], [[match(ct("status"), literal("dnat")), hairpin, MASQUERADE]]];
}

function clusterIPsCheck({ input, daddr }: TableContext): Body[] {
  const bodies: Body[] = [
    [[inSet(daddr, names.CLUSTER_IPS), REJECT_STATEMENT], "Reject traffic to invalid ports of ClusterIPs"],
  ];
  if (!input.features.nftServiceCIDRs) return bodies;
  const cidrs = input.serviceCIDRs.filter((text) => parseCIDR(text)?.family === input.family);
  if (cidrs.length > 0)
    bodies.push([[match(daddr, setOf([...new Set(cidrs)], true)), DROP], "Drop traffic to unallocated ClusterIPs"]);
  return bodies;
}

/** Node ports without endpoints, then those on loopback, where the release looks at them. */
function nodePortChecks(context: TableContext): Body[] {
  const port = concat(L4PROTO, TH_DPORT);
  const checks: Body[] = [[[...toNodePortIP(context), vmap(port, names.NO_ENDPOINT_NODEPORTS)]]];
  if (context.rejectedOnLocalhost.length > 0)
    checks.push([[match(context.daddr, loopback(context)), vmap(port, names.LOCALHOST_NODEPORT_REJECT_PORTS)]]);
  return checks;
}

const loopback = ({ ip }: TableContext): Value => literal(ip === "ip" ? "127.0.0.0/8" : "::1");

/** The rules never translate node ports on loopback in this mode. */
function toNodePortIP(context: TableContext): Statement[] {
  const { nodePortIPs, daddr } = context;
  return [nodePortIPs ? inSet(daddr, names.NODEPORT_IPS) : match(daddr, loopback(context), "!=")];
}

/** With the hairpin set one rule is for all cluster IPs; without it, each service has its own. */
function masqueradeClusterIPs({ input, daddr, ifNotLocal, setMark }: TableContext): Body[] {
  if (!input.features.nftHairpinSet) return [];
  const toClusterIP = inSet(daddr, names.CLUSTER_IPS);
  if (input.config.nftables.masqueradeAll) return [[[toClusterIP, setMark], "masquerade all clusterIP traffic"]];
  return ifNotLocal ? [[[toClusterIP, ifNotLocal, setMark], "masquerade clusterIP traffic from outside cluster"]] : [];
}
