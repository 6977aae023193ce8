/** Chains and rules of one service port as what they mean to clients. */
import type { TableName } from "../../rulesets/iptables/types.js";
import { frontendText } from "../view-words.js";
import type { FrontendKind, FrontendView, ServicePortView } from "../types.js";
import type { KubeRule } from "./kube-rule.js";
import type { ServiceName } from "./owners.js";
import { NO_DISPATCH, readDispatch, trafficText, type Dispatch } from "./read-dispatch.js";
import { readExternalChain, readFirewallChain } from "./read-external.js";
import type { Side } from "./side.js";

/** A rule of a dispatch chain that belongs to the service port. */
export interface EntryRule {
  readonly table: TableName;
  readonly rule: KubeRule;
}

export interface ServicePortReading {
  readonly view: ServicePortView;
  /** Rules that kube-proxy does not write like this, or that cannot take effect. */
  readonly odd: readonly KubeRule[];
  /** Those of them that keep some packets from the rules behind. */
  readonly taking: ReadonlySet<KubeRule>;
}

/** What a rule of a dispatch chain catches. */
interface Capture {
  readonly kind: FrontendKind;
  readonly address: string | undefined;
  readonly port: number;
  /** A further condition, which kube-proxy's rules do not have. */
  readonly only?: string;
  readonly rule: KubeRule;
}

/** Reads one side of a service port. `hash`: the 16 characters of its chains. */
export function readServicePort(
  side: Side,
  hash: string,
  name: ServiceName | undefined,
  entries: readonly EntryRule[],
): ServicePortReading {
  const protocol = name?.protocol.toLowerCase() ?? protocolOf(entries);
  const odd: KubeRule[] = [];
  const taking: KubeRule[] = [];
  const forwards = new Map<string, Capture>();
  const refusals = new Map<string, Capture>();
  const drops = new Map<string, Capture>();
  const healthChecks = new Map<string, Capture>();
  for (const { table, rule } of entries) {
    if (rule.countsOnly) continue;
    const capture = readCapture(table, rule, protocol);
    if (!capture) {
      odd.push(rule);
      continue;
    }
    const byFrontend =
      table === "nat"
        ? forwards
        : capture.kind === "health-check"
          ? healthChecks
          : rule.chain === "KUBE-PROXY-FIREWALL"
            ? drops
            : refusals;
    const key = frontendText(capture);
    const first = byFrontend.get(key);
    if (!first) byFrontend.set(key, capture);
    else if (first.only !== undefined && capture.only === undefined) {
      odd.push(first.rule);
      byFrontend.set(key, capture);
    } else if (first.rule.meaning !== rule.meaning) odd.push(rule);
  }
  const frontends: FrontendView[] = [];
  for (const [key, capture] of forwards) {
    const reading = readForward(side, capture, refusals.get(key), drops.get(key), protocol);
    frontends.push(reading.frontend);
    odd.push(...reading.odd);
    taking.push(...reading.taking);
  }
  for (const [key, capture] of refusals) if (!forwards.has(key)) frontends.push(refused(capture));
  for (const [key, { rule }] of drops) if (!forwards.has(key)) odd.push(rule);
  for (const capture of healthChecks.values())
    frontends.push({
      ...place(capture),
      verdict: "forward",
      shares: new Map(),
      masquerade: "none",
      evidence: [capture.rule.text],
    });
  const view: ServicePortView = {
    key: name ? `${name.service}:${name.port}/${name.protocol.toLowerCase()}` : `KUBE-SVC-${hash}`,
    ...(name && { service: name.service, port: name.port, protocol: name.protocol }),
    ...(!name && protocol && { protocol: protocol.toUpperCase() }),
    frontends,
  };
  return { view, odd: [...new Set(odd)], taking: new Set(taking) };
}

function protocolOf(entries: readonly EntryRule[]): string | undefined {
  for (const { rule } of entries)
    for (const clause of rule.clauses) if (clause.kind === "transport") return clause.protocol;
  return undefined;
}

function place({ kind, address, port, rule }: Capture): Pick<FrontendView, "kind" | "address" | "port" | "at"> {
  return { kind, ...(address !== undefined && { address }), port, ...(rule.at && { at: rule.at }) };
}

/** Address, port and kind of a rule of a dispatch chain; undefined when it is none of kube-proxy's. */
function readCapture(table: TableName, rule: KubeRule, protocol: string | undefined): Capture | undefined {
  let address: string | undefined;
  let port: number | undefined;
  let local = false;
  let transport: string | undefined;
  const only: string[] = [];
  for (const clause of rule.clauses) {
    if (clause.kind === "destination" && !clause.negated && !clause.address.includes("/")) address = clause.address;
    else if (
      clause.kind === "transport" &&
      !clause.sourcePort &&
      !clause.rest &&
      /^\d+$/.test(clause.destinationPort?.ports ?? "") &&
      !clause.destinationPort?.negated
    ) {
      port = Number(clause.destinationPort!.ports);
      transport = clause.protocol;
    } else if (
      clause.kind === "addrtype" &&
      clause.destinationType?.text === "LOCAL" &&
      !clause.destinationType.negated &&
      !clause.sourceType &&
      !clause.rest
    )
      local = true;
    else if (table === "nat" && clause.kind !== "destination" && clause.kind !== "transport")
      only.push(trafficText(clause));
    else return undefined;
  }
  if (port === undefined) return undefined;
  const kind = kindOf(table, rule, address, local);
  if (!kind || (kind === "health-check" ? transport !== "tcp" : protocol !== undefined && transport !== protocol))
    return undefined;
  return { kind, address, port, rule, ...(only.length > 0 && { only: only.join(" ") }) };
}

function kindOf(
  table: TableName,
  rule: KubeRule,
  address: string | undefined,
  local: boolean,
): FrontendKind | undefined {
  const { chain, target, comment } = rule;
  if (table === "nat") {
    const jumped = jumpOf(rule);
    if (jumped === undefined || local) return undefined;
    if (chain === "KUBE-NODEPORTS") return address === undefined ? "node-port" : undefined;
    if (address === undefined) return undefined;
    if (/^KUBE-SV[CL]-/.test(jumped)) return "cluster-ip";
    return jumped.startsWith("KUBE-FW-") || comment?.endsWith(" loadbalancer IP") ? "load-balancer-ip" : "external-ip";
  }
  if (chain === "KUBE-NODEPORTS")
    return target.kind === "accept" && address === undefined && !local ? "health-check" : undefined;
  const refuses = target.kind === "drop" || target.kind === "reject";
  if (!refuses || local === (address !== undefined)) return undefined;
  if (chain === "KUBE-PROXY-FIREWALL") return target.kind === "drop" && !local ? "load-balancer-ip" : undefined;
  if (chain === "KUBE-SERVICES") return local ? undefined : "cluster-ip";
  return local ? "node-port" : "external-ip";
}

function refused(capture: Capture): FrontendView {
  return {
    ...place(capture),
    ...refusalOf(capture),
    shares: new Map(),
    masquerade: "none",
    evidence: [capture.rule.text],
  };
}

function refusalOf({ rule: { target } }: Capture): Pick<FrontendView, "verdict" | "rejectsWith"> {
  if (target.kind !== "reject") return { verdict: "drop" };
  return { verdict: "reject", ...(target.with !== undefined && { rejectsWith: target.with }) };
}

/** Follows the jump of a nat rule to the endpoints. */
function readForward(
  side: Side,
  capture: Capture,
  refusal: Capture | undefined,
  drop: Capture | undefined,
  protocol: string | undefined,
): { readonly frontend: FrontendView; readonly odd: readonly KubeRule[]; readonly taking: readonly KubeRule[] } {
  const { rule } = capture;
  let chain = jumpOf(rule) ?? "";
  const evidence = [rule.text];
  const odd: KubeRule[] = [];
  const taking: KubeRule[] = [];
  let sourceRanges: readonly string[] | undefined;
  if (chain.startsWith("KUBE-FW-")) {
    const firewall = readFirewallChain(side, chain);
    evidence.push(...textsOf(firewall.evidence));
    odd.push(...firewall.odd);
    taking.push(...firewall.taking);
    // Sources that are not allowed come back undone; only the drop in the filter table refuses them.
    sourceRanges = drop || !side.tables.has("filter") ? firewall.ranges : [...firewall.ranges, "others undropped"];
    if (drop) evidence.push(drop.rule.text);
    chain = firewall.external ?? "";
  } else if (drop) odd.push(drop.rule);
  const external = chain.startsWith("KUBE-EXT-") ? readExternalChain(side, chain) : undefined;
  if (external) {
    evidence.push(...textsOf(external.evidence));
    odd.push(...external.odd);
    taking.push(...external.taking);
    chain = external.final ?? "";
  }
  const dispatch = readDispatchOrNone(side, chain, protocol);
  const detour =
    external?.detourChain === undefined ? undefined : readDispatchOrNone(side, external.detourChain, protocol);
  evidence.push(...dispatch.evidence, ...(detour?.evidence ?? []));
  odd.push(...dispatch.odd, ...(detour?.odd ?? []));
  taking.push(...dispatch.taking, ...(detour?.taking ?? []));
  const isRefused = refusal !== undefined && dispatch.shares.size === 0;
  if (refusal && isRefused) evidence.push(refusal.rule.text);
  else if (refusal) odd.push(refusal.rule);
  return {
    frontend: {
      ...place(capture),
      ...(isRefused ? refusalOf(refusal) : { verdict: "forward" }),
      ...(capture.only !== undefined && { only: capture.only }),
      shares: dispatch.shares,
      ...(detour && { shortCircuitShares: detour.shares }),
      ...affinityOf(dispatch, detour),
      ...(external && { detours: external.detours }),
      masquerade: external ? external.masquerade : ownMasquerade(dispatch, capture),
      hairpin: new Set([...dispatch.hairpin, ...(detour?.hairpin ?? [])]),
      ...(sourceRanges && { sourceRanges }),
      evidence: [...new Set(evidence)],
    },
    odd,
    taking,
  };
}

const textsOf = (rules: readonly KubeRule[]) => rules.map(({ text }) => text);

/** From a chain of service ports a packet that is not sent on comes back to no rule about it, jumped to or gone to. */
function jumpOf({ target }: KubeRule): string | undefined {
  return target.kind === "jump" || target.kind === "goto" ? target.chain : undefined;
}

function readDispatchOrNone(side: Side, chain: string, protocol: string | undefined): Dispatch {
  return /^KUBE-SV[CL]-/.test(chain) ? readDispatch(side, chain, protocol) : NO_DISPATCH;
}

/** Affinity of both ways; where one of them has none, its endpoints are gaps. */
function affinityOf(
  dispatch: Dispatch,
  detour: Dispatch | undefined,
): Pick<FrontendView, "affinitySeconds" | "affinityGaps"> {
  const affinitySeconds = dispatch.affinitySeconds ?? detour?.affinitySeconds;
  if (affinitySeconds === undefined) return {};
  const gaps = new Set(dispatch.affinityGaps);
  for (const way of [dispatch, detour]) {
    if (!way) continue;
    for (const gap of way.affinityGaps) gaps.add(gap);
    if (way.affinitySeconds !== affinitySeconds) for (const target of way.shares.keys()) gaps.add(target);
  }
  return { affinitySeconds, ...(gaps.size > 0 && { affinityGaps: gaps }) };
}

/** The masquerade rules of the chain that are about this address and port. */
function ownMasquerade(dispatch: Dispatch, capture: Capture): string {
  const traffic = dispatch.masquerades
    .filter(({ address, port }) => address === capture.address && Number(port) === capture.port)
    .map((masquerade) => masquerade.traffic);
  if (traffic.length === 0) return "none";
  return traffic.includes("all") ? "all" : [...new Set(traffic)].sort().join(", ");
}
