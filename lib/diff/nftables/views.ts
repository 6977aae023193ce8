/** The maps and chains of a side as service ports with their frontends. */
import { addElement } from "../../rulesets/nftables/print.js";
import { printValue } from "../../rulesets/nftables/values.js";
import { normalizeStatement } from "../../rulesets/nftables/statements/index.js";
import type { NftElement, Verdict } from "../../rulesets/nftables/types.js";
import type { FrontendKind, FrontendView, ServicePortView } from "../types.js";
import { MAPS } from "./frontend-elements.js";
import { identityOfPath, keyText, pathOfElement } from "./paths.js";
import { followChain, type Destination, type Route } from "./routes.js";
import type { Side } from "./side.js";

export type KnownElements = Pick<ReadonlyMap<string, NftElement>, "get">;

export interface ViewOptions {
  /** Service ports whose views are wanted. */
  readonly paths: ReadonlySet<string>;
  /** Service port and role of a key where the side's own element does not tell: from the expected side. */
  readonly known: KnownElements;
  /** The side's elements of a map of frontends by key; those of other service ports may be left out. */
  readonly elementsOf: (map: string) => ReadonlyMap<string, NftElement>;
}

/** The views of some service ports. */
export function makeViews(side: Side, { paths, known, elementsOf }: ViewOptions): ServicePortView[] {
  const frontends = new Map<string, FrontendView[]>();
  for (const { forward, refuse } of MAPS) {
    const forwards = side.sets.get(forward);
    const refusals = side.sets.get(refuse);
    const add = (key: string, forwarding: NftElement | undefined, refusal: NftElement | undefined) => {
      const path = frontendPath(key, forwarding, refusal, known);
      if (!paths.has(path)) return;
      const view = makeFrontend(side, { forward, refuse }, forwarding, refusal, known);
      const own = frontends.get(path);
      if (own) own.push(view);
      else frontends.set(path, [view]);
    };
    for (const [key, element] of elementsOf(forward)) add(key, element, refusals?.elements.get(key));
    for (const [key, element] of elementsOf(refuse)) if (!forwards?.elements.has(key)) add(key, undefined, element);
  }
  return [...frontends].map(([path, views]) => ({ ...identityOfPath(path), frontends: views }));
}

/** The service port of a frontend; of one that nobody knows, its key stands in. */
export function frontendPath(
  key: string,
  forwarding: NftElement | undefined,
  refusal: NftElement | undefined,
  known: KnownElements,
): string {
  const own = (forwarding && pathOfElement(forwarding)) ?? (refusal && pathOfElement(refusal));
  if (own !== undefined) return own;
  const expected = known.get(key);
  return (expected && pathOfElement(expected)) ?? key;
}

function makeFrontend(
  side: Side,
  maps: { readonly forward: string; readonly refuse: string },
  forwarding: NftElement | undefined,
  refusal: NftElement | undefined,
  known: KnownElements,
): FrontendView {
  const element = forwarding ?? refusal!;
  const { key } = element;
  const destination: Destination = {
    address: key.length === 3 ? String(key[0]) : undefined,
    protocol: String(key.at(-2)),
    port: Number(key.at(-1)),
  };
  const target = forwarding?.verdict && "chain" in forwarding.verdict ? forwarding.verdict.chain : undefined;
  const route = target === undefined ? undefined : followChain(side, target, destination);
  const refused = refusal?.verdict ? verdictWord(refusal.verdict) : (route?.refused ?? verdictOf(forwarding));
  const line = refusal?.line ?? route?.line ?? element.line;
  return {
    kind: roleOf(side, element, known),
    ...(destination.address !== undefined && { address: destination.address }),
    port: destination.port,
    verdict: refused ?? "forward",
    shares: refused ? new Map() : (route?.shares ?? new Map()),
    ...(route?.shortCircuit && { shortCircuitShares: route.shortCircuit }),
    ...(route?.affinitySeconds !== undefined && { affinitySeconds: route.affinitySeconds }),
    masquerade: masqueradeText(route),
    ...(route && { hairpin: route.hairpin }),
    ...sourceRanges(side, keyText(element)),
    evidence: evidenceOf(side, maps, forwarding, refusal, route),
    ...(side.file !== undefined && line !== undefined && { at: { file: side.file, line } }),
  };
}

/** reject-chain rejects; any other verdict drops. */
function verdictWord(verdict: Verdict): "drop" | "reject" {
  return "chain" in verdict ? "reject" : "drop";
}

function verdictOf(forwarding: NftElement | undefined): "drop" | "reject" | undefined {
  return forwarding?.verdict && !("chain" in forwarding.verdict) ? verdictWord(forwarding.verdict) : undefined;
}

function roleOf(side: Side, element: NftElement, known: KnownElements): FrontendKind {
  const role = element.origin?.role ?? known.get(keyText(element))?.origin?.role;
  if (role) return role;
  if (element.key.length < 3) return "node-port";
  return side.sets.get("cluster-ips")?.elements.has(String(element.key[0])) ? "cluster-ip" : "external-ip";
}

function masqueradeText(route: Route | undefined): string {
  const conditions = [...(route?.masquerade ?? [])];
  if (conditions.length === 0) return "none";
  return conditions.includes("") ? "all" : conditions.sort().join(", ");
}

/** Sources that the firewall of an address admits. */
function sourceRanges(side: Side, key: string): Pick<FrontendView, "sourceRanges"> {
  const verdict = side.sets.get("firewall-ips")?.elements.get(key)?.verdict;
  const chain = verdict && "chain" in verdict ? side.chains.get(verdict.chain) : undefined;
  for (const { statements } of chain?.rules ?? []) {
    const [first, last] = statements;
    if (first?.kind !== "match" || first.operator !== "!=" || last?.kind !== "verdict" || last.verdict.kind !== "drop")
      continue;
    const normal = normalizeStatement(first);
    if (normal?.kind !== "match") continue;
    const { right } = normal;
    return { sourceRanges: (right.kind === "set" ? right.elements : [right]).map(printValue).sort() };
  }
  return {};
}

function evidenceOf(
  side: Side,
  maps: { readonly forward: string; readonly refuse: string },
  forwarding: NftElement | undefined,
  refusal: NftElement | undefined,
  route: Route | undefined,
): string[] {
  const where = `${side.table.family} ${side.table.name}`;
  const lines: string[] = [];
  if (forwarding) lines.push(addElement(where, maps.forward, forwarding));
  if (refusal) lines.push(addElement(where, maps.refuse, refusal));
  const firewall = side.sets.get("firewall-ips")?.elements.get(keyText(forwarding ?? refusal!));
  const chains = [...(route?.chains ?? [])];
  if (firewall?.verdict && "chain" in firewall.verdict) {
    lines.push(addElement(where, "firewall-ips", firewall));
    chains.push(firewall.verdict.chain);
  }
  for (const name of chains)
    for (const text of side.chains.get(name)?.texts ?? []) lines.push(`add rule ${where} ${name} ${text}`);
  return lines;
}
